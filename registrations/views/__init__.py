"""The pages of registration: the form, the private link, the ticket."""

from registrations.views import (
    attending,
    draws,
    groups,
    links,
    papers,
    registering,
    tickets,
)

blueprints = (
    registering.blueprint,
    groups.blueprint,
    draws.blueprint,
    links.blueprint,
    attending.blueprint,
    tickets.blueprint,
    papers.blueprint,
)
