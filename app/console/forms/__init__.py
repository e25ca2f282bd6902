"""What is typed on the console's own pages."""

from app.console.forms.board import MoveForm
from app.console.forms.people import ROLES, MemberForm
from app.console.forms.releases import ReleaseForm
from app.console.forms.series import RepeatForm, SlotsForm
from app.console.forms.sessions import SessionForm

__all__ = ["ROLES", "MemberForm", "MoveForm", "ReleaseForm", "RepeatForm", "SessionForm", "SlotsForm"]
