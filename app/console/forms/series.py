"""Repeats and appointments as the organiser types them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import HiddenInput

from app.console.forms.faults import BY_FIELD, BY_KIND
from app.console.forms.fields import CodeField, NumberField, TextsField
from app.console.forms.sessions import room_choices
from app.console.forms.times import LocalTimeField
from app.programme.rules.facts import EventFacts, Programme
from app.programme.rules.series import MOST_AT_ONCE, Slots, Span, spans
from app.programme.rules.times import times_of_session
from app.web.forms import Form

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T　]*(\d{1,2}):(\d{2})")
_PAUSE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~〜～ー]\s*(\d{1,2}):(\d{2})")

LONGEST_TITLE = 190
"""The time comes behind it."""


class RepeatForm(Form):
    """The other days and times of a session, one a line."""

    version = IntegerField(widget=HiddenInput())
    starts = TextAreaField(
        _l("Other starts"), description=_l("One a line: 2026-10-04 13:30. The length and the door stay the same.")
    )

    def moments(self, event: EventFacts) -> list[datetime]:
        """The moments typed; empty if something is wrong, which then stands beside the field."""
        lines = [line.strip() for line in (self.starts.data or "").splitlines() if line.strip()]
        found = [_moment(line, event) for line in lines]
        wrong = [line for line, one in zip(lines, found, strict=True) if isinstance(one, str)]
        if not lines or len(lines) > MOST_AT_ONCE:
            self.starts.errors = [_l("Write at least one start and at most 200, one a line.")]
        elif wrong:
            first = next(one for one in found if isinstance(one, str))
            self.starts.errors = [f"{wrong[0]}: {first}"]
        return [] if self.starts.errors else [one for one in found if isinstance(one, datetime)]


class SlotsForm(Form):
    """Appointments from one time to another."""

    code = CodeField(
        _l("Code of the series"),
        needed=BY_FIELD["code"],
        description=_l("Lower-case letters; each appointment adds its day and time."),
    )
    title = TextsField(_l("Title"), limit=LONGEST_TITLE, needed=BY_FIELD["title"], in_any=True)
    kind = TextsField(_l("Kind of session"))
    first = LocalTimeField(_l("The first begins at"))
    last = LocalTimeField(_l("The last ends by"))
    minutes = NumberField(_l("Minutes each"), least=5, most=600, needed=_l("Write 5 to 600 minutes."))
    breaks = TextAreaField(_l("Breaks"), description=_l("One a line: 12:00-13:00. No appointment reaches into one."))
    largest_party = NumberField(_l("Largest party"), least=1, most=50, needed=_l("Write 1 to 50 people."))
    room = SelectField(_l("Room"), validate_choice=False)

    @classmethod
    def for_event(cls, programme: Programme, typed: Any = None) -> "SlotsForm":
        """The empty form, or what was typed."""
        morning = f"{programme.event.starts_on}T"
        form = cls(
            typed, data={"first": f"{morning}10:00", "last": f"{morning}16:00", "minutes": 30, "largest_party": 4}
        )
        rooms = [SelectChoice(*one) for one in room_choices(programme)]
        form.room.choices = [SelectChoice("", _l("No room")), *rooms]
        return form

    def slots(self, event: EventFacts) -> tuple[Slots, list[Span]] | None:
        """What is asked for and when; None: sentences stand beside the fields."""
        if not self.validate():
            return None
        first, last = (_moment(field.data or "", event) for field in (self.first, self.last))
        for field, moment in ((self.first, first), (self.last, last)):
            if isinstance(moment, str):
                field.errors = [moment]
        pauses = self._pauses(event)
        if self.errors or isinstance(first, str) or isinstance(last, str):
            return None
        at = spans(first, last, minutes=self.minutes.data, breaks=pauses)
        if not 1 <= len(at) <= MOST_AT_ONCE:
            self.last.errors = [_l("Between these times there is room for no appointment, or for more than 200.")]
            return None
        party, room = self.largest_party.data, self.room.data or None
        return Slots(self.code.data or "", self.title.data, self.minutes.data, party, room, self.kind.data), at

    def _pauses(self, event: EventFacts) -> list[Span]:
        """Breaks of the first day."""
        day, found = (self.first.data or "")[:10], []
        for line in filter(str.strip, (self.breaks.data or "").splitlines()):
            read = _PAUSE.fullmatch(line.strip())
            ends = [_moment(f"{day} {hour}:{minute}", event) for hour, minute in _pairs(read)] if read else []
            moments = [one for one in ends if isinstance(one, datetime)]
            if len(moments) != 2 or moments[0] >= moments[1]:
                self.breaks.errors = [_l("Write each break as 12:00-13:00, one a line.")]
                return []
            found.append((moments[0], moments[1]))
        return found


def _pairs(read: re.Match[str]) -> list[tuple[str, str]]:
    return [(read[1], read[2]), (read[3], read[4])]


def _moment(text: str, event: EventFacts) -> datetime | str:
    """A local day and time, or the sentence that says what is wrong with it, as of a start in a file."""
    read = _LINE.fullmatch(text.strip()[:16])
    if read is None:
        return str(_l("Write it as 2026-10-04 13:30."))
    written = f"{read[1]}T{int(read[2]):02d}:{read[3]}"
    faults = [one for one in times_of_session(event, {"starts_at": written, "ends_at": written}) if one.kind != "order"]
    if faults:
        return str(BY_KIND[faults[0].kind])
    moment = datetime.fromisoformat(written).replace(tzinfo=event.zone).astimezone(UTC)
    return moment if _is_within(moment, event) else str(BY_KIND["outside"])


def _is_within(moment: datetime, event: EventFacts) -> bool:
    """Whether something could begin or end then: from the first day until the last one ends the next morning."""
    local = moment.astimezone(event.zone)
    last = datetime.combine(event.ends_on + timedelta(days=1), event.day_ends_at, event.zone)
    return event.starts_on <= local.date() and local <= last
