"""One session as the organiser types it; what it means is a session of an event document, judged as a file is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.console.forms.editing import Difference, EditForm
from app.console.forms.faults import BY_FIELD, add_error, tell
from app.console.forms.fields import (
    LANGUAGES,
    READING,
    CodeField,
    NumberField,
    ReadingField,
    TextsField,
    WebAddressField,
)
from app.console.forms.parts import ADMISSIONS, OrganisationForm, PersonForm
from app.console.forms.times import LocalTimeField
from app.programme.forms import faults_of_session
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.programme.rules.documents import session_document, session_of
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme, SpeakerFacts
from app.programme.rules.times import times_of_session
from app.web.languages import plain

BLANK_ROWS = 2
LONGEST_DOOR = 7 * 24 * 60
"""Minutes that a door may be open before or after."""
_MOMENTS = ("starts_at", "ends_at", "booking_closes_at")


@dataclass(frozen=True)
class Standing:
    """A session as it stands in the database."""

    facts: EventSessionFacts
    event: EventFacts
    version: int


class SessionForm(EditForm):
    """Everything about one session."""

    code = CodeField(_l("Code"), description=_l("Part of the session's address; it stays. Empty: one is made."))
    title = TextsField(_l("Title"), needed=BY_FIELD["title"], in_any=True)
    reading = ReadingField(_l("Reading of the Japanese title in kana"), limit=READING)
    kind = TextsField(_l("Kind of session"))
    description = TextsField(_l("Description"), prose=True)
    access = TextsField(_l("Access, what to bring, where to wait"), prose=True)
    starts_at = LocalTimeField(_l("Start"), needed=BY_FIELD["starts_at"])
    ends_at = LocalTimeField(
        _l("End"),
        needed=BY_FIELD["ends_at"],
        description=_l("A session may last beyond midnight: choose the next day."),
    )
    drop_in = BooleanField(
        _l("People come for a while at any time"),
        description=_l("Whoever books it may book other sessions of the same time too."),
    )
    room = SelectField(_l("Room"), validate_choice=False)
    further_rooms = SelectMultipleField(_l("Further rooms"), validate_choice=False)
    online_url = WebAddressField(_l("Online address"), description=_l("Shown only to those who booked."))
    admission = RadioField(
        _l("How to take part"),
        [InputRequired(_l("Choose how people take part."))],
        choices=[SelectChoice(one.value, name) for one, name in ADMISSIONS.items()],
        validate_choice=False,
    )
    booking_closes_at = LocalTimeField(
        _l("Bookings and applications until"),
        description=_l("A lottery needs it. Empty: as long as registration for the event is open."),
    )
    capacity = NumberField(_l("Capacity"), description=_l("Empty: that of the room, if it has one."))
    capacity_kind = RadioField(
        _l("What the capacity limits"),
        [InputRequired(_l("Choose what the capacity limits."))],
        choices=[
            SelectChoice(CapacityKind.SEATS.value, _l("Seats: each person takes one until the end")),
            SelectChoice(CapacityKind.AT_ONCE.value, _l("At once: only who is in the room counts")),
        ],
        validate_choice=False,
    )
    one_party = BooleanField(
        _l("One party alone"), description=_l("Whoever books first has it alone. Capacity is the largest party.")
    )
    opens_minutes_before_start = NumberField(_l("Door opens, minutes before the start"), most=LONGEST_DOOR)
    closes_minutes_after_end = NumberField(
        _l("Door closes, minutes after the end"),
        least=-LONGEST_DOOR,
        most=LONGEST_DOOR,
        description=_l("Negative: before the end."),
    )
    reentry = SelectField(
        _l("Coming in again"),
        choices=[
            SelectChoice("", _l("As the event has it")),
            SelectChoice(Reentry.FREE.value, _l("As often as one likes")),
            SelectChoice(Reentry.AFTER_EXIT.value, _l("Only after going out was scanned")),
            SelectChoice(Reentry.NONE.value, _l("Not with the same ticket")),
        ],
        validate_choice=False,
    )
    languages = SelectMultipleField(
        _l("Languages spoken"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validate_choice=False,
    )
    for_children = BooleanField(_l("Made for children"))
    track = CodeField(_l("Track"), description=_l("A code that sessions of one theme share."))
    series = CodeField(_l("Series"), description=_l("A code that sessions that repeat each other share."))
    people = FieldList(FormField(PersonForm), label=_l("People on stage"))
    organisations = FieldList(FormField(OrganisationForm), label=_l("Organisations"))

    @classmethod
    def new(cls, **first: Any) -> "SessionForm":
        """The form of a session that is not there yet."""
        form = cls(data={**_NEW, **first})
        form.add_rows()
        return form

    @classmethod
    def of(cls, row: Any = None, **given: Any) -> "SessionForm":
        form: SessionForm = super().of(row, **given)
        form.add_rows()
        return form

    @classmethod
    def shown(cls, row: Standing) -> dict[str, Any]:
        session, zone = row.facts, row.event.zone
        moments = {name: getattr(session, name) for name in _MOMENTS}
        door = session_document(session, row.event)["door"]
        people = [
            {**_NOBODY, "speaker": one.speaker, "role": one.role, "affiliation_ja": one.affiliation.get("ja", ""),
             "affiliation_en": one.affiliation.get("en", "")}
            for one in session.appearances
        ]  # fmt: skip
        return {
            **super().shown(session),
            **{name: local_time(moment, zone) if moment else None for name, moment in moments.items()},
            "room": session.room or "",
            "admission": session.admission.value,
            "capacity_kind": session.capacity_kind.value,
            "opens_minutes_before_start": door["opens_minutes_before_start"],
            "closes_minutes_after_end": door["closes_minutes_after_end"],
            "reentry": session.reentry.value if session.reentry else "",
            "people": people,
            "organisations": [
                {"organisation": one.organisation, "role": one.role.value} for one in session.organisations
            ],
        }

    def value(self, name: str) -> Any:
        """Rows that are left empty are none."""
        if name == "people":
            rows = [{key: (text or "").strip() for key, text in row.items()} for row in self.people.data]
            return [row for row in rows if row["speaker"] or row["name_ja"] or row["name_en"]]
        if name == "organisations":
            return [row for row in self.organisations.data if row["organisation"]]
        return super().value(name)

    def beside(self, row: Standing) -> tuple["SessionForm", list[Difference]]:
        form, differences = super().beside(row)
        form.add_rows()
        return form, differences

    def offer(self, programme: Programme, organisations: Mapping[str, Any]) -> "SessionForm":
        """What can be chosen: the event's rooms and people, the host's organisations."""
        rooms = [SelectChoice(*one) for one in room_choices(programme)]
        known = [SelectChoice(one.code, plain(one.name)) for one in programme.speakers]
        here = [SelectChoice(code, plain(name)) for code, name in organisations.items()]
        self.room.choices = [SelectChoice("", _l("No room")), *rooms]
        self.further_rooms.choices = rooms
        for person in self.people:
            person.form.speaker.choices = [SelectChoice("", _l("Nobody")), *known]
        for row in self.organisations:
            row.form.organisation.choices = [SelectChoice("", _l("None")), *here]
        return self

    def add_rows(self) -> None:
        """Empty rows for more people and organisations."""
        for _number in range(BLANK_ROWS):
            self.people.append_entry()
            self.organisations.append_entry()

    def wanted(
        self, programme: Programme, stored: EventSessionFacts | None
    ) -> tuple[EventSessionFacts, list[SpeakerFacts]] | None:
        """What the session shall be, and who is new on stage; None: sentences stand beside the fields."""
        if not self.validate():
            return None
        newcomers, appearances = self._people(programme)
        document = self._document(programme, stored, appearances)
        faults = faults_of_session(document)
        whole = {fault.name for fault in faults}
        if not whole & set(_MOMENTS) and not any("door" in fault.path for fault in faults):
            faults += times_of_session(programme.event, document)
        tell(self, faults)
        self._refuse_twice([one["speaker"] for one in appearances], "appearances")
        self._refuse_twice([one["organisation"] for one in document.get("organisations", [])], "organisations")
        if self.form_errors or self.errors or any(field.errors for field in self):
            return None
        return session_of(document, programme.event), newcomers

    def _refuse_twice(self, codes: Sequence[str], name: str) -> None:
        if len(codes) != len(set(codes)):
            sentences = {"appearances": _l("Each person once, please."), "organisations": _l("Each organisation once.")}
            add_error(self, "", sentences[name])

    def _document(
        self, programme: Programme, stored: EventSessionFacts | None, appearances: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """A session as a file would have it; what the form does not show stays as it is."""
        kept = session_document(stored, programme.event) if stored else {}
        document: dict[str, Any] = {
            name: kept[name] for name in ("status", "also_spelled", "not_in_source") if name in kept
        }
        rowless = set(self.names) - {"code", "people", *_DOOR}
        document |= {name: self.value(name) for name in rowless}
        document |= {name: self._moment(name, stored, programme.event, kept) for name in _MOMENTS}
        document |= {
            "code": stored.code if stored else self.code.data or _free("s", programme.session),
            "further_rooms": [one for one in self.further_rooms.data or [] if one != self.room.data],
            "door": {name: self[name].data for name in _DOOR if self[name].data is not None},
            "appearances": appearances,
        }
        return {
            name: value for name, value in document.items() if value is not False and value not in (None, "", [], {})
        }

    def _moment(
        self, name: str, stored: EventSessionFacts | None, event: EventFacts, kept: Mapping[str, Any]
    ) -> str | None:
        """As typed; a time that was not touched stays the moment it was, even if clocks show it twice."""
        typed: str | None = self[name].data
        stood = getattr(stored, name, None)
        return str(kept[name]) if stood is not None and typed == local_time(stood, event.zone) else typed

    def _people(self, programme: Programme) -> tuple[list[SpeakerFacts], list[dict[str, Any]]]:
        known: dict[str, Any] = dict(programme.speaker)
        newcomers, appearances = [], []
        for row in self.value("people"):
            code, name = row["speaker"], _texts(row, "name")
            if not code:
                code = _free("p", known)
                newcomers.append(SpeakerFacts(code=code, name=name))
                known[code] = name
            appearance = {"speaker": code, "role": row["role"] or "speaker"}
            affiliation = _texts(row, "affiliation")
            appearances.append({**appearance, **({"affiliation": affiliation} if affiliation else {})})
        return newcomers, appearances


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """As LocalTimeField shows it."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def room_choices(programme: Programme) -> list[tuple[str, str]]:
    """The rooms of the event's venues, by the name a document has."""
    return [(name, f"{plain(venue.name)} {plain(room.name)}") for name, (venue, room) in programme.room.items()]


_NEW: dict[str, Any] = {
    "admission": AdmissionRule.WALK_IN.value,
    "capacity_kind": CapacityKind.SEATS.value,
    "opens_minutes_before_start": 30,
    "closes_minutes_after_end": 0,
    "languages": ["ja"],
}
_NOBODY = {"speaker": "", "name_ja": "", "name_en": "", "role": "", "affiliation_ja": "", "affiliation_en": ""}
_DOOR = ("opens_minutes_before_start", "closes_minutes_after_end")


def _texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: text for language in ("ja", "en") if (text := row[f"{name}_{language}"])}


def _free(letter: str, taken: Mapping[str, Any]) -> str:
    """The first of s-1, s-2, … that is not taken."""
    number = 1
    while f"{letter}-{number}" in taken:
        number += 1
    return f"{letter}-{number}"
