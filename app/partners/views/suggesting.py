"""A partner's sessions and exhibits as forms: what is sent waits for the organiser's yes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms.editing import Difference
from app.db import transaction
from app.errors import NotFound
from app.partners.forms.suggesting import ExhibitForm, SessionForm, Standing, SuggestForm
from app.partners.views.home import own
from app.partners.views.visiting import Astray, back, blueprint, frame, guard_forms, visit_at
from app.programme.models import Partner, Suggestion
from app.programme.operations.suggestions import (
    Collision,
    TooLate,
    own_people,
    suggest_exhibits,
    suggest_for_session,
    values_shown,
)
from app.programme.queries.partners import Subject, Visit, newest_about, subject_role, subject_session
from app.programme.queries.sessions import event_facts, session_facts
from app.programme.rules.partners import SuggestionState, overtaken
from app.web.guards import public
from registrations.views.tickets import private


@dataclass(frozen=True)
class Target:
    """What a form is about: found as it stands at the moment, and the act that keeps what was typed of it."""

    name: str
    find: Callable[[Partner, str], Subject]
    act: Callable[..., Suggestion | None]

    def subject(self, visit: Visit) -> Subject:
        """Raises Astray for what is not the partner's own."""
        return own(visit, lambda: self.find(visit.partner, self.name))


@blueprint.get("/sessions/<code>")
@public
def session(secret: str, code: str) -> Response:
    """The texts and people of one session as the partner would have them."""
    visit = visit_at(secret)
    subject = _session(code).subject(visit)
    form = SessionForm.of(Standing(values_shown(visit.partner, subject)))
    form.add_rows()
    return _page(visit, subject, form, 200)


@blueprint.post("/sessions/<code>")
@public
def suggest_session(secret: str, code: str) -> Response:
    """Keep it for the organiser; what somebody else changed meanwhile is shown first."""
    visit = visit_at(secret)
    guard_forms(visit)
    subject = _session(code).subject(visit)
    form = SessionForm(request.form)
    if "more" in request.form:
        form.add_rows()
        return _page(visit, subject, form, 200)
    _refuse_late(visit)
    assert subject.session is not None
    people = own_people(visit.event.id, visit.organisation.id)
    if not form.fits(session_facts(subject.session), event_facts(visit.event), people):
        return _page(visit, subject, form, 422)
    return _kept(secret, visit, form, _session(code))


@blueprint.get("/exhibits/<role>")
@public
def exhibits(secret: str, role: str) -> Response:
    """What the partner shows, a line each."""
    visit = visit_at(secret)
    subject = _exhibits(role).subject(visit)
    return _page(visit, subject, ExhibitForm.of(Standing(values_shown(visit.partner, subject))), 200)


@blueprint.post("/exhibits/<role>")
@public
def suggest_shown(secret: str, role: str) -> Response:
    """The same for what is exhibited."""
    visit = visit_at(secret)
    guard_forms(visit)
    subject = _exhibits(role).subject(visit)
    form = ExhibitForm(request.form)
    _refuse_late(visit)
    if not form.validate():
        return _page(visit, subject, form, 422)
    return _kept(secret, visit, form, _exhibits(role))


def _session(code: str) -> Target:
    return Target(code, subject_session, suggest_for_session)


def _exhibits(role: str) -> Target:
    return Target(role, subject_role, suggest_exhibits)


def _refuse_late(visit: Visit) -> None:
    if not visit.open(now()):
        raise Astray(visit, "late", 409)


def _kept(secret: str, visit: Visit, form: SuggestForm, target: Target) -> Response:
    try:
        with transaction():
            made = target.act(visit.partner.id, target.name, form.wanted, seen=form.seen, at=now())
    except TooLate:
        raise Astray(visit, "late", 409) from None
    except NotFound:
        raise Astray(visit, "not_yours", 404) from None
    except Collision:
        visit = visit_at(secret)
        subject = target.subject(visit)
        moved, differences = form.beside(Standing(values_shown(visit.partner, subject)))
        return _page(visit, subject, moved, 409, differences=differences)
    return back(secret, "same" if made is None else "sent")


def _page(
    visit: Visit, subject: Subject, form: Any, status: int, *, differences: list[Difference] | None = None
) -> Response:
    newest = newest_about(visit.partner.id, subject)
    waiting = newest is not None and newest.state is SuggestionState.WAITING
    if isinstance(form, SessionForm):
        form.offer(own_people(visit.event.id, visit.organisation.id))
    page = render_template(
        "partners/suggest.html",
        **frame(visit),
        form=form,
        session=subject.session,
        role=subject.role,
        newest=newest,
        waiting=waiting,
        differences=differences,
        overtaken=_overtaken(form, subject, newest) if waiting else [],
    )
    return private(page, status)


def _overtaken(form: SuggestForm, subject: Subject, newest: Suggestion | None) -> list[tuple[Any, Any]]:
    """Fields that the organiser changed since, with what stands in the programme now."""
    changes: Mapping[str, Any] = newest.changes if newest is not None else {}
    return [(form[name], subject.values[name]) for name in sorted(overtaken(subject.values, changes))]
