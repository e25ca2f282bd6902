"""A session moved on the timetable board."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.widgets import HiddenInput

from app.console.forms.times import LocalTimeField
from app.web.forms import Form


class MoveForm(Form):
    """Where and when, and for how long."""

    starts_at = LocalTimeField(_l("Start"))
    minutes = IntegerField(_l("Length in minutes"))
    room = SelectField(_l("Room"), validate_choice=False)
    version = IntegerField(widget=HiddenInput())
