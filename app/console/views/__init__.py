"""The console's pages, as the roof registers them."""

from app.console.views import (
    board,
    copies,
    doors,
    mailings,
    pages,
    people,
    programme,
    releases,
    series,
    sessions,
    times,
    words,
)

blueprints = (
    pages.blueprint,
    people.blueprint,
    programme.blueprint,
    sessions.blueprint,
    board.blueprint,
    series.blueprint,
    copies.blueprint,
    doors.blueprint,
    releases.blueprint,
    words.blueprint,
    times.blueprint,
    mailings.blueprint,
)
