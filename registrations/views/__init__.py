"""The pages of registration: the form, the private link, the ticket."""

from registrations.views import attending, groups, links, registering, tickets

blueprints = (
    registering.blueprint,
    groups.blueprint,
    links.blueprint,
    attending.blueprint,
    tickets.blueprint,
)
