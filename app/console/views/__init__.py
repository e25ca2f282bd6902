"""The console's pages, as the roof registers them."""

from app.console.views import pages, people, planning

blueprints = (pages.blueprint, people.blueprint, planning.blueprint)
