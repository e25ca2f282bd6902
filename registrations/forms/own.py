"""The small forms of the private link: who gets the registration, agreeing, and the address whose links are lost."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from app.web.forms import Form
from registrations.forms.children import ChildrenFields
from registrations.forms.fields import EmailField, NameField


class NeededEmailField(EmailField):
    """A mail address that there is no way around."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if not self.data:
            raise ValidationError(_l("Type the e-mail address."))
        if self.address is None:
            raise ValidationError(_l("This is not a valid e-mail address. Check how it is written."))


class HandOverForm(Form):
    """Who comes instead."""

    name = NameField(_l("Name or nickname of the new person"))
    email = NeededEmailField(_l("E-mail address of the new person"))
    sure = BooleanField(
        _l("The registration then belongs to the new person"),
        validators=[InputRequired(_l("Tick that the registration shall belong to the new person."))],
    )

    @classmethod
    def of(cls, typed: Any = None) -> "HandOverForm":
        """The form, empty or with what was typed."""
        form = cls(typed)
        form.name.flags.required = form.email.flags.required = True
        return form


class FindForm(Form):
    """Whose links are lost."""

    email = NeededEmailField(_l("E-mail address"))

    @classmethod
    def of(cls, typed: Any = None) -> "FindForm":
        """The form, empty or with what was typed."""
        form = cls(typed)
        form.email.flags.required = True
        return form


class AgreementForm(ChildrenFields):
    """The new holder agrees to the notice that stood on the page; `notice`: its id, 0 for none. `coming`: how many
    children come with the party."""

    notice = IntegerField(widget=HiddenInput())
    consent = BooleanField(
        _l("I agree to how my data are used"),
        validators=[InputRequired(_l("Tick that you agree. Without it we cannot keep what you typed."))],
    )
    coming: int = 0

    @property
    def children(self) -> int:
        """The party's, which this form does not count."""
        return self.coming
