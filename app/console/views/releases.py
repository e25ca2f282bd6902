"""Releases of an event: what one would change now and whom it would be told to, making it, and those that were made."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clock import now
from app.console.forms import ReleaseForm
from app.console.views.paging import page_of
from app.db import transaction
from app.outbox.worker import wake
from app.programme.exports.differences import ChangeRow, change_rows
from app.programme.models import Event
from app.programme.operations import NothingNew, ReleaseChanged
from app.programme.queries import released, staff_event
from app.programme.queries.proposals import Proposal, proposal_of, release_lines
from app.programme.rules.checks import Doubt, Remark
from app.programme.rules.facts import Programme
from app.programme.rules.releases import changes
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import NAMES, LocalText, day, local, plain
from registrations.models import Registration
from registrations.operations import Told, release
from registrations.queries.changed import codes_at_new_times, codes_to_tell, concerned, to_be_told_otherwise
from registrations.queries.clashing import clashes, who_clash

blueprint = Blueprint("releases", __name__, url_prefix="/console/events/<slug>/releases")
RELEASES_A_PAGE = 20
NAMED = 20
"""So many registrations of each clash of sessions are listed by name."""


@dataclass(frozen=True)
class Doubts:
    """Everything of one kind that is doubtful: the titles of its sessions, and what else each is about."""

    kind: Doubt
    lines: list[tuple[list[str], str]]


@dataclass(frozen=True)
class Together:
    """Sessions at one time that registrations hold places in: titles, how many do, the first of them."""

    titles: list[str]
    number: int
    who: list[Registration]


@dataclass(frozen=True)
class Comparison:
    """Two releases side by side; `otherwise` as in `_told_otherwise`, `together` as in `_together`."""

    of: int
    to: int
    rows: list[ChangeRow]
    otherwise: list[tuple[str, LocalText]]
    together: list[Together]


@blueprint.get("")
@requires(Right.EDIT_EVENT)
def history(slug: str) -> Response:
    """What a release would change now, and all that were made; `?from=2&to=5` compares two of them."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    proposal = proposal_of(event)
    return _page(event, proposal, ReleaseForm.for_proposal(proposal), 200)


@blueprint.post("")
@requires(Right.EDIT_EVENT)
def make(slug: str) -> Response:
    """Release what was shown; if it is not that any more, nothing happens and the page says what it is now."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    proposal = proposal_of(event)
    form = ReleaseForm.for_proposal(proposal, request.form)
    why = _refusal(proposal, form)
    if why is None and not form.validate():
        return _page(event, proposal, form, 422)
    if why is None:
        shown = proposal.prepared()
        try:
            with transaction():
                told = release(event.id, note=form.note(), shown=shown, at=now(), actor=g.actor)
        except (ReleaseChanged, NothingNew) as refused:
            why = refused.code
        else:
            wake()
            flash(_said(told), "success")
            return redirect(_after(event, told, proposal), 303)
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    proposal = proposal_of(event)
    form.show_anew(proposal)
    return _page(event, proposal, form, 409, why)


def _refusal(proposal: Proposal, form: ReleaseForm) -> str | None:
    """Why this cannot be released, found before anything is locked."""
    if not proposal.is_new:
        return "nothing_new"
    if form.shown.data != proposal.digest:
        return "changed_meanwhile"
    return "errors" if any(one.doubt.stops for one in proposal.remarks) else None


def _page(event: Event, proposal: Proposal, form: ReleaseForm, status: int, why: str | None = None) -> Response:
    before = proposal.before.programme if proposal.before else None
    doubts, last = _doubts(proposal), proposal.number - 1
    page = page_of(last, RELEASES_A_PAGE)
    shown = render_template(
        "console/releases.html",
        event=event,
        proposal=proposal,
        form=form,
        why=why,
        rows=change_rows(proposal.changes, before, proposal.programme),
        errors=[one for one in doubts if one.kind.stops],
        warnings=[one for one in doubts if not one.kind.stops],
        concerned=concerned(event.id, codes_to_tell(before, proposal.programme, at=now())),
        otherwise=_told_otherwise(event, before, proposal.programme),
        together=_together(event, before, proposal.programme),
        releases=release_lines(event, limit=page.lines, skip=page.skip),
        page=page,
        numbers=list(range(last, 0, -1)),
        comparison=_comparison(event),
    )
    return make_response(shown, status)


def _comparison(event: Event) -> Comparison | None:
    """What the address asks for. Raises NotFound for a release that was never made."""
    of, to = (request.args.get(name, type=int) for name in ("from", "to"))
    if of is None or to is None:
        return None
    before, after = released(event.id, of).programme, released(event.id, to).programme
    rows = change_rows(changes(before, after), before, after)
    return Comparison(of, to, rows, _told_otherwise(event, before, after), _together(event, before, after))


def _told_otherwise(event: Event, before: Programme | None, after: Programme) -> list[tuple[str, LocalText]]:
    """The changed sessions, by code and title, that people without a mail address have booked."""
    codes = to_be_told_otherwise(event.id, codes_to_tell(before, after, at=now()))
    return [(code, local((after.session.get(code) or before.session[code]).title)) for code in codes if before]


def _together(event: Event, before: Programme | None, after: Programme) -> list[Together]:
    """For whom the second programme puts at one time what the first did not."""
    found = clashes(event.id, after, codes_at_new_times(before, after, at=now()))
    return [
        Together([plain(after.session[code].title) for code in codes], number, who)
        for codes, (number, who) in who_clash(found, most=NAMED).items()
    ]


def _doubts(proposal: Proposal) -> list[Doubts]:
    kinds = groupby(sorted(proposal.remarks, key=_order), key=lambda one: one.doubt)
    return [Doubts(kind, [_line(one, proposal.working) for one in found]) for kind, found in kinds]


def _order(remark: Remark) -> int:
    return list(Doubt).index(remark.doubt)


def _line(remark: Remark, programme: Programme) -> tuple[list[str], str]:
    titles = [plain(programme.session[code].title) or code for code in remark.sessions]
    return titles, _about(remark, programme)


def _about(remark: Remark, programme: Programme) -> str:
    match remark.doubt:
        case Doubt.OUTSIDE_DAYS:
            return plain(day(date.fromisoformat(remark.about)))
        case Doubt.ROOM_TWICE:
            return " ".join(plain(one.name) for one in programme.room[remark.about])
        case Doubt.PERSON_TWICE:
            return plain(programme.speaker[remark.about].name)
        case Doubt.NOT_TRANSLATED:
            return NAMES.get(remark.about, remark.about)
    return remark.about


def _after(event: Event, told: Told, proposal: Proposal) -> str:
    """Whoever has people to tell or to help is shown what changed, and for whom; it stands in the address, to come back
    to."""
    number, before = told.release.number, proposal.before.programme if proposal.before else None
    concerns = told.without_address or _together(event, before, proposal.programme)
    compared: dict[str, Any] = {"from": number - 1, "to": number} if concerns else {}
    return url_for(".history", slug=event.slug, **compared)


def _said(told: Told) -> str:
    said = [_("Release %(number)s is out: the public sees it now.", number=told.release.number)]
    if told.letters:
        said.append(ngettext("%(num)s letter was written.", "%(num)s letters were written.", told.letters))
    if told.without_address:
        said.append(_without_address(told.without_address))
    return " ".join(said)


def _without_address(number: int) -> str:
    said: str = ngettext(
        "%(num)s without mail address has to be told in another way.",
        "%(num)s without mail address have to be told in another way.",
        number,
    )
    return said
