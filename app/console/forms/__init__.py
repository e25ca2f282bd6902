"""What is typed on the console's own pages."""

from app.console.forms.people import ROLES, MemberForm
from app.console.forms.series import RepeatForm, SlotsForm
from app.console.forms.sessions import MoveForm, SessionForm

__all__ = ["ROLES", "MemberForm", "MoveForm", "RepeatForm", "SessionForm", "SlotsForm"]
