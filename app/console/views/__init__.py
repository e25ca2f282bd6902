"""The console's pages, as the roof registers them."""

from app.console.views import pages, people, planning, releases

blueprints = (pages.blueprint, people.blueprint, planning.blueprint, releases.blueprint)
