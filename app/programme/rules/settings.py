"""How one registers for an event, as an event file says it: settings beside the programme, seen by no release."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules.copies import shifted
from app.programme.rules.documents import Calendar
from app.programme.rules.facts import NoticeFacts, Texts

MOMENTS = ("changes_close_at", "class_numbers_due_at")
BESIDE = ("photo_notice", "letters")
"""Parts that stand at the top of a file, beside the event."""


@dataclass(frozen=True, kw_only=True)
class LetterFacts:
    """The organiser's own words for one kind of letter in one language."""

    kind: str
    language: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class SettingsFacts:
    """The settings of one event's registration, under the names of its columns."""

    changes_close_at: datetime | None = None
    party_kinds: list[str] = field(default_factory=lambda: ["person", "family"])
    class_categories: Texts = field(default_factory=dict)
    class_numbers_due_at: datetime | None = None
    waiting_mode: str = "promote"
    offer_minutes: int = 1440
    waiting_ends_minutes: int = 120
    guardian_age: int = 16
    asks_photo: bool = False
    confirms_mail: bool = False
    address_limit: int | None = None
    reminder_days: list[Any] = field(default_factory=list)
    thanks_days: int | None = None
    feedback_url: str | None = None
    photo_notice: NoticeFacts | None = None
    letters: list[LetterFacts] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, Any]:
        """What the event's columns shall hold."""
        return {name: value for name, value in vars(self).items() if name not in BESIDE}


def settings_of(document: Mapping[str, Any], *, today: date) -> SettingsFacts | None:
    """What a faultless document says of them; None: nothing, so that they stay as they are."""
    event, columns = document["event"], {one.name for one in fields(SettingsFacts)}
    said = {name: value for name, value in event.get("registration", {}).items() if name in columns}
    said |= {name: document[name] for name in BESIDE if name in document}
    if not said:
        return None
    calendar = Calendar(event, today=today)
    said |= {name: calendar.moment(said[name]) for name in MOMENTS if name in said}
    if "photo_notice" in said:
        said["photo_notice"] = NoticeFacts(**said["photo_notice"])
    letters = [LetterFacts(**one) for one in said.pop("letters", [])]
    return SettingsFacts(**said, letters=sorted(letters, key=lambda one: (one.kind, one.language)))


def with_settings(document: Mapping[str, Any], settings: SettingsFacts, zone: ZoneInfo) -> dict[str, Any]:
    """A document in normal form, and the settings in it: empty values left out, defaults written out."""
    calendar = Calendar({"timezone": zone.key}, today=date.min)
    timed = {name: calendar.write(moment) for name in MOMENTS if (moment := getattr(settings, name)) is not None}
    columns = {name: value for name, value in settings.columns.items() if value not in (None, "", [], {})}
    event = document["event"]
    registration = event.get("registration", {}) | columns | timed
    whole = {**document, "event": {**event, "registration": registration}}
    if settings.photo_notice is not None:
        whole["photo_notice"] = vars(settings.photo_notice)
    if settings.letters:
        whole["letters"] = [vars(one) for one in settings.letters]
    return whole


def copied_settings(settings: SettingsFacts, *, days: int, zone: ZoneInfo) -> SettingsFacts:
    """The settings of the same event so many days later; the address of the questionnaire belongs to the first time."""
    changes, numbers = settings.changes_close_at, settings.class_numbers_due_at
    return replace(
        settings,
        changes_close_at=shifted(changes, days, zone) if changes else None,
        class_numbers_due_at=shifted(numbers, days, zone) if numbers else None,
        feedback_url=None,
    )
