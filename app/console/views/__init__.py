"""The console's pages, as the roof registers them."""

from app.console.views.pages import blueprint as pages
from app.console.views.people import blueprint as people

__all__ = ["pages", "people"]
