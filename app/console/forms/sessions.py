"""One session as the organiser types it; what it means is a session of an event document, judged as a file is."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.console.forms.faults import add_error, tell
from app.console.forms.parts import (
    ADMISSIONS,
    LineForm,
    LocalTimeField,
    OrganisationForm,
    PersonForm,
    ProseForm,
)
from app.programme.forms import faults_of_session
from app.programme.rules import AdmissionRule, CapacityKind, Reentry
from app.programme.rules.documents import session_document, session_of
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme, SpeakerFacts
from app.programme.rules.times import times_of_session
from app.web.forms import Form
from app.web.languages import plain

LANGUAGE_FIELDS = {"ja": "ja", "en": "en", "ja-easy": "easy"}
BLANK_ROWS = 2


class SessionForm(Form):
    """Everything about one session."""

    version = HiddenField()
    stood = HiddenField()
    """The session as it stood when the page was made, as a document has it."""
    code = StringField(_l("Code"), description=_l("Part of the session's address; it stays. Empty: one is made."))
    title = FormField(LineForm, _l("Title"))
    reading = StringField(_l("Reading of the Japanese title in kana"))
    kind = FormField(LineForm, _l("Kind of session"))
    description = FormField(ProseForm, _l("Description"))
    access = FormField(ProseForm, _l("Access, what to bring, where to wait"))
    starts_at = LocalTimeField(_l("Start"))
    ends_at = LocalTimeField(_l("End"), description=_l("A session may last beyond midnight: choose the next day."))
    room = SelectField(_l("Room"), validate_choice=False)
    further_rooms = SelectMultipleField(_l("Further rooms"), validate_choice=False)
    online_url = StringField(_l("Online address"), description=_l("Shown only to those who booked."))
    admission = RadioField(
        _l("How to take part"),
        choices=[SelectChoice(one.value, name) for one, name in ADMISSIONS.items()],
        validate_choice=False,
    )
    capacity = IntegerField(_l("Capacity"), [Optional()], description=_l("Empty: that of the room, if it has one."))
    capacity_kind = RadioField(
        _l("What the capacity limits"),
        choices=[
            SelectChoice(CapacityKind.SEATS.value, _l("Seats: each person takes one until the end")),
            SelectChoice(CapacityKind.AT_ONCE.value, _l("At once: only who is in the room counts")),
        ],
        validate_choice=False,
    )
    one_party = BooleanField(
        _l("One party alone"), description=_l("Whoever books first has it alone. Capacity is the largest party.")
    )
    opens_minutes_before_start = IntegerField(_l("Door opens, minutes before the start"), [Optional()])
    closes_minutes_after_end = IntegerField(
        _l("Door closes, minutes after the end"), [Optional()], description=_l("Negative: before the end.")
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
        choices=[
            SelectChoice("ja", _l("Japanese")),
            SelectChoice("en", _l("English")),
            SelectChoice("ja-easy", _l("Easy Japanese")),
        ],
        validate_choice=False,
    )
    for_children = BooleanField(_l("Made for children"))
    track = StringField(_l("Track"), description=_l("A code that sessions of one theme share."))
    series = StringField(_l("Series"), description=_l("A code that sessions that repeat each other share."))
    people = FieldList(FormField(PersonForm))
    organisations = FieldList(FormField(OrganisationForm))

    @classmethod
    def for_session(
        cls,
        programme: Programme,
        organisations: Mapping[str, Any],
        typed: Any = None,
        stored: EventSessionFacts | None = None,
        **first: Any,
    ) -> "SessionForm":
        """The form of a session as it stands or of a new one; with what was typed, if anything was."""
        form = cls(typed, data={**(_typed(stored, programme.event) if stored else _NEW), **first})
        if typed is None and stored is not None:
            form.stood.data = json.dumps(session_document(stored, programme.event), sort_keys=True)
        if typed is None:
            form.add_rows()
        form.offer(programme, organisations)
        return form

    def offer(self, programme: Programme, organisations: Mapping[str, Any]) -> None:
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

    def add_rows(self) -> None:
        """Empty rows for more people and organisations."""
        for _number in range(BLANK_ROWS):
            self.people.append_entry()
            self.organisations.append_entry()

    def merged(
        self, wanted: EventSessionFacts, stands: EventSessionFacts, event: EventFacts
    ) -> tuple[EventSessionFacts, list[str]]:
        """What was typed on top of what stands now, and the fields that both changed; what only somebody else changed
        is taken over."""
        typed, now = session_document(wanted, event), session_document(stands, event)
        stood = _read(self.stood.data)
        names = [name for name in {**now, **typed} if typed.get(name) != now.get(name)]
        both = [name for name in names if typed.get(name) != stood.get(name) != now.get(name)]
        untouched = {name for name in names if typed.get(name) == stood.get(name)}
        document = {name: (now if name in untouched else typed).get(name) for name in {**now, **typed}}
        return session_of({name: value for name, value in document.items() if value is not None}, event), both

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
        if not whole & {"starts_at", "ends_at"} and not any("door" in fault.path for fault in faults):
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
        plain_fields = ("reading", "room", "online_url", "admission", "capacity_kind", "reentry", "track", "series")
        document |= {name: (self._fields[name].data or "").strip() for name in plain_fields}
        texts: dict[str, Any] = dict(self._fields)
        document |= {name: texts_typed(texts[name].form) for name in ("title", "kind", "description", "access")}
        document |= {
            "code": stored.code if stored else (self.code.data or "").strip() or _free("s", programme.session),
            "starts_at": self._moment("starts_at", stored, programme.event, kept),
            "ends_at": self._moment("ends_at", stored, programme.event, kept),
            "further_rooms": [one for one in self.further_rooms.data or [] if one != self.room.data],
            "capacity": self.capacity.data,
            "one_party": self.one_party.data or None,
            "for_children": self.for_children.data or None,
            "languages": self.languages.data or [],
            "door": {
                "opens_minutes_before_start": self.opens_minutes_before_start.data,
                "closes_minutes_after_end": self.closes_minutes_after_end.data,
            },
            "appearances": appearances,
            "organisations": [
                {"organisation": row.form.organisation.data, "role": row.form.role.data}
                for row in self.organisations
                if row.form.organisation.data
            ],
        }
        document["door"] = {name: value for name, value in document["door"].items() if value is not None}
        needed = ("code", "starts_at", "ends_at")
        return {name: value for name, value in document.items() if value not in (None, "", [], {}) or name in needed}

    def _moment(self, name: str, stored: EventSessionFacts | None, event: EventFacts, kept: Mapping[str, Any]) -> str:
        """As typed; a time that was not touched stays the moment it was, even if clocks show it twice."""
        typed = (self._fields[name].data or "").strip()
        if stored is not None and typed == local_time(getattr(stored, name), event.zone):
            return str(kept[name])
        return typed

    def _people(self, programme: Programme) -> tuple[list[SpeakerFacts], list[dict[str, Any]]]:
        known: dict[str, Any] = dict(programme.speaker)
        newcomers, appearances = [], []
        for row in self.people:
            one, code = row.form, row.form.speaker.data
            name = {"ja": (one.name_ja.data or "").strip(), "en": (one.name_en.data or "").strip()}
            name = {language: text for language, text in name.items() if text}
            if not code and name:
                code = _free("p", known)
                newcomers.append(SpeakerFacts(code=code, name=name))
                known[code] = name
            if code:
                told = {"ja": one.affiliation_ja.data, "en": one.affiliation_en.data}
                affiliation = {language: text.strip() for language, text in told.items() if text and text.strip()}
                appearance = {"speaker": code, "role": one.role.data or "speaker"}
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


def _typed(session: EventSessionFacts, event: EventFacts) -> dict[str, Any]:
    """The session as its form's fields have it."""
    document = session_document(session, event)
    fields = {**document, **document.pop("door", {})}
    for name in ("title", "kind", "description", "access"):
        fields[name] = {LANGUAGE_FIELDS[language]: text for language, text in document.get(name, {}).items()}
    fields["people"] = [
        {"speaker": one.speaker, "role": one.role, "affiliation_ja": one.affiliation.get("ja", ""),
         "affiliation_en": one.affiliation.get("en", "")}
        for one in session.appearances
    ]  # fmt: skip
    fields["organisations"] = [{"organisation": one.organisation, "role": one.role} for one in session.organisations]
    fields["starts_at"] = local_time(session.starts_at, event.zone)
    fields["ends_at"] = local_time(session.ends_at, event.zone)
    return fields


def texts_typed(form: Any) -> dict[str, str]:
    """What stands in a LineForm or ProseForm, by language; empty ones left out."""
    typed = {language: form._fields[name].data or "" for language, name in LANGUAGE_FIELDS.items()}
    return {language: text.replace("\r\n", "\n").strip() for language, text in typed.items() if text.strip()}


def _read(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _free(letter: str, taken: Mapping[str, Any]) -> str:
    """The first of s-1, s-2, … that is not taken."""
    number = 1
    while f"{letter}-{number}" in taken:
        number += 1
    return f"{letter}-{number}"
