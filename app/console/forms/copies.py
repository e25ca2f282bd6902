"""An event held again, as the organiser asks for it."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired

from app.console.forms.fields import CodeField
from app.web.forms import Form


class CopyForm(Form):
    """The new event's address and first day."""

    slug = CodeField(
        _l("Address of the new event"),
        needed=_l("Give the new event an address, such as fair-2027."),
        description=_l("Lower-case letters, digits and single hyphens, such as fair-2027."),
    )
    starts_on = DateField(_l("First day"), [InputRequired(_l("Say the first day of the new event."))])
    with_sessions = BooleanField(_l("With the sessions"), description=_l("Moved by the same number of days."))
