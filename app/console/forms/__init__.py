"""What is typed on the console's own pages."""

from app.console.forms.people import ROLES, MemberForm

__all__ = ["ROLES", "MemberForm"]
