"""The console's pages, as the roof registers them."""

from app.console.views import (
    board,
    copies,
    doors,
    endings,
    mailings,
    pages,
    people,
    picks,
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
    releases.blueprint,
    words.blueprint,
    times.blueprint,
    mailings.blueprint,
)
