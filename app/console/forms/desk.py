"""What staff type of a registration: all that its own person could, and what came by telephone, fax or postcard."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from app.console.forms.fields import TOO_LONG, LineField, ReadingField, clean_prose
from app.programme.rules.facts import CategoryFacts
from registrations.forms import ChangeForm
from registrations.operations.staffing import StaffFacts
from registrations.rules import GROUPS, PartyKind
from registrations.rules.questions import Occasion

LONGEST_PROSE = 2000
_PHONE = re.compile(r"\+?[0-9][0-9() -]{3,38}")
_DASHES = re.compile("[‐-―−ー－]")


class PhoneField(LineField):
    """A telephone number, in any width; a plus in front stays."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=40, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = clean_phone(self.data) if self.data else None

    def judge(self, text: str) -> None:
        if not _PHONE.fullmatch(text):
            raise ValidationError(_l("Type a telephone number in digits, such as 045-000-0000."))


class TextField(LineField):
    """Several lines."""

    widget = TextArea()

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=LONGEST_PROSE, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_prose(valuelist[0]) or None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data is not None and len(self.data) > self.limit:
            raise ValidationError(TOO_LONG % {"length": len(self.data), "limit": self.limit})


class StaffForm(ChangeForm):
    """A registration as staff change it."""

    reading = ReadingField(_l("Reading in kana"))
    phone = PhoneField(_l("Telephone"))
    kind = SelectField(
        _l("Kind of party"),
        choices=[
            SelectChoice("", _l("A person or a family")),
            SelectChoice(PartyKind.CLASS.value, _l("School class")),
            SelectChoice(PartyKind.DELEGATION.value, _l("Delegation")),
        ],
        validate_choice=False,
    )
    group_name = LineField(_l("School or group"))
    group_grade = LineField(_l("School year"), limit=40)
    group_class = LineField(_l("Class"), limit=40)
    needs = TextField(_l("What they need"), description=_l("Wheelchair, sign language, interpretation and the like."))
    staff_note = TextField(_l("Note for staff"), description=_l("Seen by staff and at the door, never by the person."))

    @property
    def facts(self) -> StaffFacts:
        """What stands beside the application."""
        kind = {PartyKind.CLASS.value: PartyKind.CLASS, PartyKind.DELEGATION.value: PartyKind.DELEGATION}
        return StaffFacts(
            reading=self.reading.data,
            phone=self.phone.data,
            group_name=self.group_name.data,
            group_grade=self.group_grade.data,
            group_class=self.group_class.data,
            needs=self.needs.data,
            staff_note=self.staff_note.data,
            kind=kind.get(self.kind.data or ""),
        )


class DeskForm(StaffForm):
    """A new registration; `key` tells the same form sent twice, `again` that a likely double is meant."""

    key = HiddenField()
    again = HiddenField()


def occasion_at_desk(form: StaffForm, categories: Iterable[CategoryFacts]) -> Occasion:
    """Whom the organiser's questions speak to, by what was typed: its kind of party, children among the people."""
    minors = {one.key for one in categories if one.minor}
    sessions = frozenset(form.sessions.data or ()) | frozenset(form.waiting.data or ())
    brings = any(number for key, number in form.numbers.items() if key in minors)
    return Occasion(group=form.facts.kind in GROUPS, minors=brings, sessions=sessions)


def clean_phone(text: str) -> str:
    """In half width, with plain hyphens."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", _DASHES.sub("-", text))).strip()
