"""What staff type about themselves: sign-in, a new password, a new person."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_mail_address
from app.web.forms import Form


def needed(sentence: Any) -> InputRequired:
    """The validator of a field that must not be empty, with the sentence that says so."""
    return InputRequired(message=sentence)


def trimmed(text: str | None) -> str | None:
    """Without spaces around: people paste addresses with them."""
    return text.strip() if text else text


class SignInForm(Form):
    """Address and password of a person on the staff."""

    next = HiddenField()
    email = EmailField(
        _l("E-mail address"),
        validators=[needed(_l("Type your e-mail address.")), Length(max=254)],
        filters=[trimmed],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[needed(_l("Type your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """One's own new password, twice, and the present one."""

    present = PasswordField(
        _l("Current password"),
        validators=[needed(_l("Type your current password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        description=_l("At least %(number)s characters. A sentence of your own is good.", number=SHORTEST_PASSWORD),
        validators=[needed(_l("Type a new password."))],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST_PASSWORD},
    )
    again = PasswordField(
        _l("New password once more"),
        validators=[needed(_l("Type the new password once more."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        if not SHORTEST_PASSWORD <= len(field.data or "") <= LONGEST_PASSWORD:
            raise ValidationError(
                _("Use %(low)s to %(high)s characters.", low=SHORTEST_PASSWORD, high=LONGEST_PASSWORD)
            )

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError(_("The two new passwords are not the same."))


class PersonForm(Form):
    """A person who joins the staff of an event."""

    name = StringField(
        _l("Name"),
        validators=[needed(_l("Type the name.")), Length(max=200)],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        validators=[needed(_l("Type the e-mail address."))],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )

    def validate_email(self, field: EmailField) -> None:
        if not is_mail_address(field.data or ""):
            raise ValidationError(_("This is not a valid e-mail address. An example: name@example.jp"))
