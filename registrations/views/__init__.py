"""The pages of registration: the form, the private link, the ticket."""

from registrations.views import (
    answering,
    attending,
    draws,
    groups,
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
    people.blueprint,
    answering.blueprint,
    tickets.blueprint,
    papers.blueprint,
)

for one in (links.blueprint, attending.blueprint, answering.blueprint, own.blueprint, people.blueprint):
    threshold.guard(one)
