"""The console's pages, as the roof registers them."""

from app.console.views import board, copies, doors, pages, people, printing, programme, releases, series, sessions

blueprints = (
    pages.blueprint,
    people.blueprint,
    programme.blueprint,
    sessions.blueprint,
    board.blueprint,
    series.blueprint,
    copies.blueprint,
    doors.blueprint,
    printing.blueprint,
    releases.blueprint,
)
