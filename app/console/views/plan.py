"""What the pages of a programme's sessions share: days, doubts, versions, and why something cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import request
from flask_babel import gettext as _

from analytics.queries.booked import booked_both_of
from app.errors import Refused
from app.programme.models import Event
from app.programme.operations import AlreadyShared, TooFewPlaces
from app.programme.rules.checks import Remark, remarks
from app.programme.rules.facts import EventSessionFacts, Programme


@dataclass(frozen=True)
class Day:
    """The sessions that start on one local day."""

    date: date
    sessions: list[EventSessionFacts]


def doubts_by_session(event: Event, programme: Programme) -> Mapping[str, list[Remark]]:
    """What is doubtful, under the code of each session that it is about; under "" what is about none."""
    found: dict[str, list[Remark]] = {}
    for one in remarks(programme, booked_both_of(event, programme.sessions)):
        for code in one.sessions or ("",):
            found.setdefault(code, []).append(one)
    return found


def days_of(programme: Programme, sessions: list[EventSessionFacts]) -> list[Day]:
    """Sessions, which are in order of time, by the local day on which they start."""
    zone = programme.event.zone
    days = groupby(sessions, key=lambda one: one.starts_at.astimezone(zone).date())
    return [Day(day, list(found)) for day, found in days]


def version_typed() -> int:
    """The version that a form showed; 0, which no row has, for anything else."""
    return request.form.get("version", 0, type=int)


def sentence_of(no: Refused) -> str:
    """Why the session cannot be like this, with the numbers."""
    if isinstance(no, TooFewPlaces):
        short = no.shortages[0]
        told = _(
            "%(promised)s places are promised already, only %(capacity)s would be left. Choose more, or a larger room.",
            promised=short.promised,
            capacity=short.capacity,
        )
    else:
        assert isinstance(no, AlreadyShared)
        told = _(
            "%(promised)s places are promised already. A session can be for one party alone only if nobody booked it.",
            promised=no.promised,
        )
    return str(told)
