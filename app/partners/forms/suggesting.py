"""What a partner organisation would have otherwise in its sessions and exhibits, and its words for the organiser."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import TextArea

from app.console.forms.editing import Difference, EditForm, unpacked
from app.console.forms.fields import (
    READING,
    LineField,
    LinesField,
    ReadingField,
    TextsField,
    clean_line,
    clean_prose,
)
from app.programme.forms import faults_of_session
from app.programme.rules.documents import session_document
from app.programme.rules.facts import EventFacts, EventSessionFacts, SpeakerFacts
from app.programme.rules.faults import Fault
from app.programme.rules.partners import with_values
from app.web.forms import Form
from app.web.languages import plain

MOST_PEOPLE, BLANK_ROWS, LONGEST_WORDS = 30, 2, 2000
ROLES = {
    "speaker": _l("Speaker"),
    "moderator": _l("Moderator"),
    "facilitator": _l("Facilitator"),
    "presenter": _l("Presenter"),
    "interpreter": _l("Interpreter"),
}
FAULTS = {
    "title": _l("Give the title in Japanese or English, in one line of at most 200 characters."),
    "reading": _l("Write the reading in kana, without kanji."),
    "description": _l("Give this text in Japanese or English, at most 10,000 characters."),
    "access": _l("Give this text in Japanese or English, at most 10,000 characters."),
    "appearances": _l("Check the people: each once, names and affiliations of at most 200 characters."),
}
OTHERWISE = _l("Something in these texts cannot be kept. Check them and send them again.")
TWICE = _l("Each person once, please.")
TOO_MANY = _l("At most %(most)s people can be on stage in one session.")


@dataclass(frozen=True)
class Standing:
    """What a form shows, by the names of its fields."""

    values: Mapping[str, Any]
    version: int = 0


class WordsField(LineField):
    """Several lines for the organiser."""

    widget = TextArea()

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=LONGEST_WORDS, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_prose(valuelist[0]) or None


class PersonForm(Form):
    """Somebody on stage: one of the organisation's own people, or a new one by name."""

    speaker = SelectField(_l("Person"), validate_choice=False)
    name_ja = StringField(_l("New person: name in Japanese"))
    name_en = StringField(_l("New person: name in English"))
    role = SelectField(
        _l("Role"), choices=[SelectChoice(one, name) for one, name in ROLES.items()], validate_choice=False
    )
    affiliation_ja = StringField(_l("Affiliation in Japanese"))
    affiliation_en = StringField(_l("Affiliation in English"))


class SuggestForm(EditForm):
    """What both forms share."""

    needs = WordsField(
        _l("What you need"),
        description=_l("Projector, microphones, power, a ramp, an interpreter. Only the organiser reads this."),
    )
    wish = WordsField(
        _l("Another time, room or size?"),
        description=_l("The organiser decides about these. Write your wish here in your own words."),
    )

    @classmethod
    def shown(cls, row: Standing) -> dict[str, Any]:
        return dict(row.values)

    @property
    def wanted(self) -> dict[str, Any]:
        """What the programme shall say, and the words."""
        return {name: self.value(name) for name in self.names}

    @property
    def seen(self) -> Mapping[str, Any]:
        """What stood in the form when it was made."""
        return unpacked(self.stood.data)


class SessionForm(SuggestForm):
    """One of the organisation's own sessions: its texts and its people, never its time, room or capacity."""

    title = TextsField(_l("Title"), needed=FAULTS["title"], in_any=True)
    reading = ReadingField(_l("Reading of the Japanese title in kana"), limit=READING)
    description = TextsField(_l("Description"), prose=True)
    access = TextsField(_l("Access, what to bring, where to wait"), prose=True)
    people = FieldList(FormField(PersonForm), _l("People on stage"), max_entries=MOST_PEOPLE + BLANK_ROWS)

    def value(self, name: str) -> Any:
        """Rows that are left empty are none."""
        if name != "people":
            return super().value(name)
        rows = [{key: _line(text) for key, text in row.items()} for row in self.people.data]
        rows = [row if not row["speaker"] else {**row, "name_ja": "", "name_en": ""} for row in rows]
        return [
            {**row, "role": row["role"] or "speaker"}
            for row in rows
            if row["speaker"] or row["name_ja"] or row["name_en"]
        ]

    def offer(self, own: Mapping[str, SpeakerFacts]) -> "SessionForm":
        """Whom the organisation has on stage already."""
        known = [SelectChoice(code, plain(one.name)) for code, one in own.items()]
        for row in self.people:
            row.form.speaker.choices = [SelectChoice("", _l("A new person, or nobody")), *known]
            roles = list(ROLES.items())
            if row.form.role.data and row.form.role.data not in ROLES:
                roles.append((row.form.role.data, row.form.role.data))
            row.form.role.choices = [SelectChoice(one, name) for one, name in roles]
        return self

    def add_rows(self) -> None:
        """Empty rows for more people."""
        for _number in range(min(BLANK_ROWS, MOST_PEOPLE + BLANK_ROWS - len(self.people))):
            self.people.append_entry()

    def beside(self, row: Any) -> tuple["SessionForm", list[Difference]]:
        form, differences = super().beside(row)
        form.add_rows()
        return form, differences

    def fits(self, session: EventSessionFacts, event: EventFacts, own: Mapping[str, SpeakerFacts]) -> bool:
        """Whether the programme could take it as it is; otherwise sentences stand beside the fields."""
        if not self.validate():
            return False
        rows = self.value("people")
        chosen = [row["speaker"] for row in rows if row["speaker"]]
        unknown = [code for code in chosen if code not in own]
        if len(rows) > MOST_PEOPLE:
            self.form_errors.append(TOO_MANY % {"most": MOST_PEOPLE})
        if len(chosen) != len(set(chosen)):
            self.form_errors.append(TWICE)
        if unknown or self.form_errors:
            self.form_errors = self.form_errors or [FAULTS["appearances"]]
            return False
        facts, newcomers = with_values(session, self.wanted, own=own, taken=own)
        _tell(self, [*faults_of_session(session_document(facts, event)), *_faults_of_names(newcomers)])
        codes = [one.speaker for one in facts.appearances]
        if len(codes) != len(set(codes)):
            self.form_errors.append(TWICE)
        return not self.form_errors and not any(field.errors for field in self)


class ExhibitForm(SuggestForm):
    """What the organisation shows, a line each."""

    exhibits = LinesField(_l("Exhibits, one a line"))

    def value(self, name: str) -> Any:
        return self.exhibits.lines if name == "exhibits" else super().value(name)


def _tell(form: SessionForm, faults: Iterable[Fault]) -> None:
    for fault in faults:
        name = next((one for one in FAULTS if fault.path.startswith(one)), "")
        field, sentence = form._fields.get(name), FAULTS.get(name, OTHERWISE)
        if field is None:
            form.form_errors = list(dict.fromkeys([*form.form_errors, sentence]))
        elif sentence not in field.errors:
            field.errors = [*field.errors, sentence]


def _faults_of_names(newcomers: Iterable[SpeakerFacts]) -> Iterable[Fault]:
    for one in newcomers:
        for text in one.name.values():
            if len(text) > 200:
                yield Fault("appearances", text[:20], "a name of at most 200 characters")


def _line(text: Any) -> str:
    return clean_line(str(text or ""))
