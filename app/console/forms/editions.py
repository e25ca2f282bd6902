"""What the organiser names before an edition is issued, and before one is withdrawn."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from analytics.rules import Attendance
from analytics.rules.editions import WhyWithdrawn
from app.accounts.forms import needed
from app.web.forms import Form

MEASURES = {
    Attendance.PEOPLE: _l("Distinct people"),
    Attendance.PEOPLE_BY_DAY: _l("People per day, summed"),
    Attendance.VISITS: _l("Visits"),
}
ABOUT = {
    Attendance.PEOPLE: _l("Each person once, however many days and sessions."),
    Attendance.PEOPLE_BY_DAY: _l("Each person once a day; who comes on two days counts twice."),
    Attendance.VISITS: _l("Each person once per session; who comes to three sessions counts three times."),
}


class EditionForm(Form):
    """The measure of the one figure that the event reports. after: the newest edition when the page was made."""

    after = HiddenField()
    measure = RadioField(
        _l("What does the published attendance count?"),
        choices=[SelectChoice(str(one), word) for one, word in MEASURES.items()],
        validators=[needed(_l("Choose what is counted."))],
    )
    sure = BooleanField(_l("I have looked at what is still open. This edition cannot be changed any more."))

    def validate_sure(self, field: BooleanField) -> None:
        """It cannot be taken back."""
        if not field.data:
            raise ValidationError(_l("Tick it, or settle first what is open."))


WHY_WITHDRAWN = {
    WhyWithdrawn.NUMBERS: _l("Its numbers are wrong"),
    WhyWithdrawn.MEASURE: _l("It counts something else than it says"),
    WhyWithdrawn.WORDS: _l("Something beside its numbers is wrong"),
    WhyWithdrawn.DISCLOSED: _l("It says something that should not be public"),
}


class WithdrawalForm(Form):
    """Why an edition is taken from the public."""

    reason = RadioField(
        _l("Why is it withdrawn?"),
        choices=[SelectChoice(str(one), word) for one, word in WHY_WITHDRAWN.items()],
        validators=[needed(_l("Choose why."))],
        description=_l("The public page says the reason."),
    )
    sure = BooleanField(_l("I withdraw this edition. It cannot be brought back; the next edition replaces it."))

    def validate_sure(self, field: BooleanField) -> None:
        """It cannot be taken back."""
        if not field.data:
            raise ValidationError(_l("Tick it to withdraw the edition."))
