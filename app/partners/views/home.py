"""The first page behind a partner's link: its sessions and exhibits, how each stands, its team, its figures."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from app.clock import now
from app.db import transaction
from app.errors import NotFound
from app.partners.operations import standing_team
from app.partners.queries import PlacedSession, placed_sessions
from app.partners.views.visiting import Astray, back, blueprint, done_before, frame, guard_forms, visit_at
from app.programme.models import Participation, Suggestion
from app.programme.operations.partners import begin, leave_as_it_stands
from app.programme.operations.suggestions import withdraw_suggestion
from app.programme.queries.partners import (
    Subject,
    Visit,
    newest_suggestions,
    own_roles,
    subject_role,
    subject_session,
)
from app.web.guards import public
from registrations.queries import party_of
from registrations.views.tickets import private


@dataclass(frozen=True)
class Row:
    """One of the partner's sessions, with what it suggested there last."""

    session: PlacedSession
    suggestion: Suggestion | None


@blueprint.get("")
@public
def home(secret: str) -> Response:
    """Everything at a glance; before anybody began, what this is."""
    visit = visit_at(secret)
    return _page(visit)


@blueprint.post("/begin")
@public
def start(secret: str) -> Response:
    """Somebody opened the link and means it."""
    visit = visit_at(secret)
    guard_forms(visit)
    with transaction():
        begin(visit.partner.id, at=now())
    return back(secret)


@blueprint.post("/as-it-stands")
@public
def leave(secret: str) -> Response:
    """Everything is right as it is."""
    visit = visit_at(secret)
    guard_forms(visit)
    if not visit.open(now()):
        raise Astray(visit, "late", 409)
    with transaction():
        leave_as_it_stands(visit.partner.id, at=now())
    return back(secret, "right")


@blueprint.post("/sessions/<code>/withdrawal")
@public
def withdraw_session(secret: str, code: str) -> Response:
    """Take back what was suggested for a session."""
    visit = visit_at(secret)
    guard_forms(visit)
    return _withdraw(secret, visit, own(visit, lambda: subject_session(visit.partner, code)))


@blueprint.post("/exhibits/<role>/withdrawal")
@public
def withdraw_exhibits(secret: str, role: str) -> Response:
    """Take back what was suggested for the exhibits."""
    visit = visit_at(secret)
    guard_forms(visit)
    return _withdraw(secret, visit, own(visit, lambda: subject_role(visit.partner, role)))


def own(visit: Visit, find: Any) -> Subject:
    """What the partner may edit. Raises Astray for what is another organisation's, or nobody's."""
    try:
        subject: Subject = find()
    except NotFound:
        raise Astray(visit, "not_yours", 404) from None
    return subject


def _withdraw(secret: str, visit: Visit, subject: Subject) -> Response:
    with transaction():
        done = withdraw_suggestion(visit.partner.id, subject, at=now())
    return back(secret, "withdrawn" if done else "answered")


def _page(visit: Visit) -> Response:
    partner = visit.partner
    newest = {(one.session_id, one.role): one for one in newest_suggestions(partner.id)}
    rows = [Row(one, newest.get((one.session.id, None))) for one in placed_sessions(visit)]
    roles: list[tuple[Participation, Suggestion | None]] = [
        (one, newest.get((None, one.role.value))) for one in own_roles(visit.event.id, visit.organisation.id)
    ]
    team = standing_team(partner)
    page = render_template(
        "partners/home.html",
        **frame(visit),
        done=done_before(),
        partner=partner,
        rows=rows,
        roles=roles,
        team=party_of(team.id) if team is not None else [],
        team_link=team.link if team is not None else None,
        begun=any(now() >= one.session.session.starts_at for one in rows),
    )
    return private(page)
