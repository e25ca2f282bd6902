"""What a reader looks for in a timetable, as it stands in the address: any wrong value means "all"."""

from datetime import date

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, SearchField, SelectField

from app.front.queries import OpenEvent
from app.front.rules import Choice, kind_key
from app.web.languages import NAMES, current_language, day, local, plain

ALL = _l("All")
LONGEST = 100


class ChoiceForm(Form):
    """Fields with one thing to choose only are left out, see `offers`."""

    q = SearchField(_l("Words"), description=_l("In the title, people, organisations and places; readings too."))
    day = SelectField(_l("Day"), validate_choice=False)
    venue = SelectField(_l("Venue"), validate_choice=False)
    kind = SelectField(_l("Kind of session"), validate_choice=False)
    track = SelectField(_l("Track"), validate_choice=False)
    spoken = SelectField(_l("Spoken language"), validate_choice=False)
    children = BooleanField(_l("Made for children"))
    step_free = BooleanField(_l("Without steps"))
    room_left = BooleanField(_l("With places left"))

    def __init__(self, event: OpenEvent, typed: MultiDict[str, str]) -> None:
        super().__init__(typed)
        self.offers: list[SelectField] = []
        self.values: dict[str, dict[str, str]] = {}
        offered = event.release.keep(("offered choices", current_language()), lambda: _offered(event))
        for field in (self.day, self.venue, self.kind, self.track, self.spoken):
            self._offer(field, offered[field.name])

    def told(self) -> list[str]:
        """What is looked for, in words."""
        lists = [self.values[one.name][one.data] for one in self.offers if one.data in self.values[one.name]]
        ticks = [str(one.label.text) for one in (self.children, self.step_free, self.room_left) if one.data]
        return [*([self._words] if self._words else []), *lists, *ticks]

    @property
    def _words(self) -> str:
        return (self.q.data or "").strip()[:LONGEST]

    def _offer(self, field: SelectField, choices: dict[str, str]) -> None:
        """A list of these; only where they leave a choice."""
        field.choices = [("", str(ALL)), *choices.items()]
        if len(choices) > 1:
            self.offers.append(field)
            self.values[field.name] = choices

    def choice(self) -> Choice:
        """What is looked for; what is not offered does not matter."""
        picked = {one.name: one.data for one in self.offers if one.data in self.values[one.name]}
        return Choice(
            words=self._words,
            day=date.fromisoformat(picked["day"]) if "day" in picked else None,
            venue=picked.get("venue", ""),
            kind=picked.get("kind", ""),
            track=picked.get("track", ""),
            spoken=picked.get("spoken", ""),
            for_children=self.children.data,
            step_free=self.step_free.data,
            room_left=self.room_left.data,
        )


def _offered(event: OpenEvent) -> dict[str, dict[str, str]]:
    """What there is to choose from in a release, by field, in the reader's language."""
    sessions = event.programme.sessions
    return {
        "day": {one.date.isoformat(): plain(str(day(one.date))) for one in event.days},
        "venue": {one.slug: plain(one.name) for one in event.programme.venues},
        "kind": {kind_key(one): plain(local(one.kind)) for one in sessions if one.kind},
        "track": {one.track: one.track for one in sessions if one.track},
        "spoken": {tongue: NAMES.get(tongue, tongue) for one in sessions for tongue in one.languages},
    }
