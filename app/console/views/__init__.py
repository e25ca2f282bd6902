"""The console's pages, as the roof registers them."""

from app.console.views import board, pages, people, sessions

blueprints = (pages.blueprint, people.blueprint, sessions.blueprint, board.blueprint)
