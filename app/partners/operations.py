"""A partner's team, registered, changed and cancelled at its link: a registration of its organisation, without names.

Who registers locks the partner's row first, so that one partner has one team.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit import record
from app.db import db, lock
from app.programme.models import Organisation, Partner
from app.web.actors import ANONYMOUS
from app.web.languages import plain
from registrations.models import Registration
from registrations.operations import ChangedElsewhere
from registrations.operations.staffing import StaffFacts, cancel_by_staff, change_by_staff, facts_of, register_by_staff
from registrations.rules import Application, PartyKind, Source


@dataclass(frozen=True)
class Team:
    """How many come of each category, and the sessions that they work in."""

    numbers: Mapping[str, int]
    sessions: frozenset[str]


def register_team(
    partner_id: int, organisation: Organisation, team: Team, *, form_key: str, at: datetime
) -> Registration:
    """A team of the organisation; the same form again gives the first one back. Raises ChangedElsewhere if another
    window registered one meanwhile, and a Refusal like `register`."""
    (partner,) = lock(Partner, [partner_id])
    if (stands := standing_team(partner)) is not None:
        if stands.form_key == form_key:
            return stands
        raise ChangedElsewhere
    name = organisation.name.get("ja") or plain(organisation.name)
    facts = StaffFacts(kind=PartyKind.TEAM, group_name=name, organisation_id=organisation.id)
    application = _application(partner, name, team)
    made = register_by_staff(
        partner.event_id, application, facts, source=Source.WEB, form_key=form_key, at=at, actor=ANONYMOUS
    )
    partner.registration_id = made.id
    partner.opened_at = partner.opened_at or at
    db.session.flush()
    record(ANONYMOUS, "partner.team", f"partner:{partner.uuid}", at=at, event_id=partner.event_id)
    return made


def change_team(partner: Partner, registration: Registration, team: Team, *, version: int, at: datetime) -> None:
    """Other numbers, other sessions; what else the registration says stays. Raises a Refusal like `change`."""
    application = replace(
        _application(partner, registration.contact_name or "", team),
        email=registration.contact_email,
        language=registration.language,
    )
    change_by_staff(registration.id, application, facts_of(registration), version=version, at=at, actor=ANONYMOUS)


def cancel_team(registration: Registration, *, at: datetime) -> None:
    """Nobody of the team comes."""
    cancel_by_staff(registration.id, at=at, actor=ANONYMOUS)


def standing_team(partner: Partner) -> Registration | None:
    """The team's registration, unless there is none or it was cancelled."""
    if partner.registration_id is None:
        return None
    row = db.session.get(Registration, partner.registration_id)
    return row if row is not None and row.cancelled_at is None and row.erased_at is None else None


def _application(partner: Partner, name: str, team: Team) -> Application:
    return Application(
        name=name,
        numbers=team.numbers,
        sessions=team.sessions,
        email=partner.contact_email,
        language=partner.language,
        kind=PartyKind.TEAM,
    )
