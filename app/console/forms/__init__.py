"""What is typed on the console's own pages."""

from app.console.forms.people import ROLES, MemberForm
from app.console.forms.releases import ReleaseForm

__all__ = ["ROLES", "MemberForm", "ReleaseForm"]
