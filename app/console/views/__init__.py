"""The console's pages, as the roof registers them."""

from app.console.views import (
    acts,
    board,
    copies,
    desk,
    doors,
    doubles,
    files,
    imports,
    pages,
    people,
    programme,
    registration,
    registrations,
    releases,
    series,
    sessions,
)

blueprints = (
    pages.blueprint,
    people.blueprint,
    registrations.blueprint,
    registration.blueprint,
    desk.blueprint,
    acts.blueprint,
    doubles.blueprint,
    files.blueprint,
    imports.blueprint,
    programme.blueprint,
    sessions.blueprint,
    board.blueprint,
    series.blueprint,
    copies.blueprint,
    doors.blueprint,
    releases.blueprint,
)
