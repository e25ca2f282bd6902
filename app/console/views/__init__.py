"""The console's pages, as the roof registers them."""

from app.console.views import pages, people, releases

blueprints = (pages.blueprint, people.blueprint, releases.blueprint)
