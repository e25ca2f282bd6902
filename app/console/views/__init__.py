"""The console's pages, as the roof registers them."""

from app.console.views import (
    applications,
    board,
    copies,
    doors,
    endings,
    mailings,
    pages,
    people,
    picks,
    printing,
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
    picks.blueprint,
    sessions.blueprint,
    board.blueprint,
    series.blueprint,
    copies.blueprint,
    endings.blueprint,
    doors.blueprint,
    printing.blueprint,
    releases.blueprint,
    applications.blueprint,
    words.blueprint,
    times.blueprint,
    mailings.blueprint,
)
