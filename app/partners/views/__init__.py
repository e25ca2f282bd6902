"""The pages behind a partner's link, as the roof registers them."""

from app.partners.views import figures, home, suggesting, team
from app.partners.views.visiting import blueprint

__all__ = ["blueprint", "figures", "home", "suggesting", "team"]
