"""The pages of registration: the form, the private link, the ticket."""

from registrations.views import links, papers, registering, tickets

blueprints = (registering.blueprint, links.blueprint, tickets.blueprint, papers.blueprint)
