"""An organisation that the host knows already, chosen for an event with its role there."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf, InputRequired

from app.console.forms.parts import ORGANISATION_ROLES
from app.programme.models import Organisation
from app.programme.rules import ParticipationRole
from app.web.forms import Form
from app.web.languages import plain


class PickForm(Form):
    """Which one, and as what."""

    organisation = RadioField(_l("Organisation"), [InputRequired(_l("Choose an organisation."))], validate_choice=False)
    role = SelectField(
        _l("Role"),
        [AnyOf([one.value for one in ORGANISATION_ROLES], message=_l("Choose a role."))],
        choices=[SelectChoice(one.value, name) for one, name in ORGANISATION_ROLES.items()],
        default=ParticipationRole.PARTICIPANT.value,
        validate_choice=False,
    )

    @classmethod
    def among(cls, organisations: list[Organisation], typed: Any = None) -> Self:
        """The form that offers these."""
        form = cls(typed)
        form.organisation.choices = [SelectChoice(one.code, plain(one.name)) for one in organisations]
        return form
