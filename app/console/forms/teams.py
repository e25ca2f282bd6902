"""Those who work at an event: exhibitors, speakers, staff. Staff enter them; they take no seat of the audience."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.console.forms.desk import DeskForm, StaffForm
from app.console.forms.fields import LineField
from app.programme.models import Organisation
from app.web.languages import day, plain, ruby
from registrations.operations.staffing import StaffFacts
from registrations.queries import BookedSession, Offer
from registrations.rules import LARGEST_GROUP, PartyKind, day_of
from registrations.views.shapes import DayChoices, choice

TEAM = PartyKind.TEAM.value


class TeamForm(StaffForm):
    """A team as staff change it."""

    organisation = SelectField(_l("Organisation"), default="")
    kind = SelectField(
        _l("Kind of party"), choices=[SelectChoice(TEAM, _l("Exhibitors, speakers, staff"))], default=TEAM
    )
    group_name = LineField(_l("Name of the team"), description=_l("Empty: the name of the organisation."))
    known: Mapping[str, Organisation]

    def offer(self, organisations: Iterable[Organisation], chosen: int | None = None) -> None:
        """What can be chosen; `chosen`: the id of the organisation that it has."""
        self.known = {one.code: one for one in organisations}
        rows = [SelectChoice(code, plain(one.name) or code) for code, one in self.known.items()]
        self.organisation.choices = [SelectChoice("", _l("None of these")), *rows]
        if self.organisation.raw_data is None:
            self.organisation.data = next((code for code, one in self.known.items() if one.id == chosen), "")
        for field in self.people.values():
            field.flags.max = LARGEST_GROUP

    @property
    def facts(self) -> StaffFacts:
        """What stands beside the application."""
        organisation = self.known.get(self.organisation.data or "")
        name = self.group_name.data or (plain(organisation.name) if organisation else None)
        of = organisation.id if organisation else None
        return replace(super().facts, kind=PartyKind.TEAM, group_name=name or None, organisation_id=of)


class TeamDeskForm(TeamForm, DeskForm):
    """A new team."""


def team_days(offer: Offer, form: Any, held: Mapping[str, BookedSession] | None = None) -> list[DayChoices]:
    """Every session that is not over, by day: closed and full ones too, for no seat is taken."""
    held, zone = held or {}, offer.event.zone
    ahead = [one for one in offer.programme.sessions if not one.cancelled and offer.at < one.ends_at]
    ahead.sort(key=lambda one: (one.starts_at, one.code))
    ticked = set(form.sessions.data or ()) | set(held)
    return [
        DayChoices(
            heading=ruby(day(date)),
            ticks=[
                replace(
                    choice(offer, one, None, None), word=None, left=None, disabled=False, about=None,
                    checked=one.code in ticked,
                )
                for one in sessions
            ],
            others=[],
        )
        for date, sessions in groupby(ahead, key=lambda one: day_of(one.starts_at, zone))
    ]  # fmt: skip
