"""The console's pages, as the roof registers them."""

from app.console.views import pages, people, programme, releases

blueprints = (pages.blueprint, people.blueprint, programme.blueprint, releases.blueprint)
