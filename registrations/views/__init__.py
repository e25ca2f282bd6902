"""The pages of registration: the form, the private link, the ticket."""

from registrations.views import (
    answering,
    attending,
    draws,
    groups,
    leaving,
    links,
    own,
    papers,
    people,
    registering,
    threshold,
    tickets,
)

blueprints = (
    registering.blueprint,
    groups.blueprint,
    draws.blueprint,
    links.blueprint,
    own.blueprint,
    attending.blueprint,
    leaving.blueprint,
    people.blueprint,
    answering.blueprint,
    tickets.blueprint,
    papers.blueprint,
)

OWN = (links, attending, leaving, answering, own, people)
for one in (room.blueprint for room in OWN):
    threshold.guard(one)
