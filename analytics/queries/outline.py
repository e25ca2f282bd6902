"""An event as its report introduces it: what for, when, where, by whom; and who took part by name."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from analytics.rules.facts import Texts
from analytics.rules.outline import Outline, Participants, Site
from app.db import db
from app.programme.models import Event, EventVenue, Organisation, Participation, Venue
from app.programme.queries import published
from app.programme.rules import OrganisationKind, ParticipationRole

GROUPS = {OrganisationKind.SCHOOL: "schools", OrganisationKind.DEPARTMENT: "departments"}


def outline_of(event: Event, *, public: bool = False) -> Outline:
    """The event's own words, its venues, and the organisations with a part in it. public: name those alone whose names
    are."""
    roles = _roles(event.id)
    named = [row for row in roles if row.public or not public]
    return Outline(
        purpose=tuple(event.purpose),
        summary=event.summary,
        fee=event.fee,
        how_to_take_part=event.how_to_take_part,
        source=event.source.get("title", {}),
        organisers=tuple(row.name for row in named if row.role is ParticipationRole.ORGANISER),
        cooperation=tuple(row.name for row in named if row.role is ParticipationRole.COOPERATION),
        sites=_sites(event.id),
        participants=_participants(roles, public=public),
    )


def _roles(event_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(
            Organisation.id,
            Organisation.kind,
            Organisation.name,
            Organisation.named,
            Organisation.public,
            Participation.role,
            Participation.took_part,
        )
        .join(Participation, Participation.organisation_id == Organisation.id)
        .where(Participation.event_id == event_id)
        .order_by(Participation.position, Participation.id)
    ).all()


def public_outline_of(event: Event) -> Outline:
    """The same as it was published: words, venues and organisers of the last release, and by name only those who took
    part whose names are public. Raises NotFound before the first release."""
    programme = published(event.id).programme
    facts, names = programme.event, {one.code: one for one in programme.organisations}

    def roles(role: ParticipationRole) -> tuple[Texts, ...]:
        found = (names.get(one.organisation) for one in programme.participations if one.role is role)
        return tuple(one.name for one in found if one is not None and one.public)

    return Outline(
        purpose=tuple(facts.purpose),
        summary=facts.summary,
        fee=facts.fee,
        how_to_take_part=facts.how_to_take_part,
        source=facts.source.get("title", {}),
        organisers=roles(ParticipationRole.ORGANISER),
        cooperation=roles(ParticipationRole.COOPERATION),
        sites=tuple(Site(one.name, one.address) for one in programme.venues),
        participants=_participants(_roles(event.id), public=True),
    )


def _sites(event_id: int) -> tuple[Site, ...]:
    found = db.session.execute(
        select(Venue.name, Venue.address)
        .join(EventVenue, EventVenue.venue_id == Venue.id)
        .where(EventVenue.event_id == event_id)
        .order_by(EventVenue.position, Venue.id)
    )
    return tuple(Site(*row) for row in found)


def _participants(roles: Any, *, public: bool = False) -> tuple[Participants, ...]:
    """Each organisation once, whatever its roles: confirmed in one of them is enough. public: name no others."""
    confirmed: dict[str, dict[int, tuple[Texts, bool]]] = defaultdict(dict)
    for row in roles:
        if row.took_part:
            confirmed[GROUPS.get(row.kind, "organisations")][row.id] = (
                row.name,
                row.named and (row.public or not public),
            )
    return tuple(
        Participants(
            group=group,
            names=tuple(name for name, named in confirmed[group].values() if named),
            nameless=sum(not named for _name, named in confirmed[group].values()),
        )
        for group in ("organisations", "schools", "departments")
        if confirmed[group]
    )
