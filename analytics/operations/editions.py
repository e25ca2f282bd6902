"""An edition is issued by a person, with figures that were made before anything was locked, and is never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.models import Edition, EditionWithdrawal
from analytics.queries.editions import edition_numbered, newest_number, public_of, standing_number
from analytics.queries.setting import setting_of
from analytics.rules import Attendance, Missing
from analytics.rules.editions import PublicFigures, WhyWithdrawn, attendance_of, public_figures
from analytics.rules.figures import Figures
from analytics.rules.setting import Setting
from analytics.rules.written import written
from app.audit import record
from app.db import db, lock
from app.errors import Refused
from app.programme.models import Event
from app.web.actors import Actor

FORM = 1


class NothingCounted(Refused):
    """In this measure nobody was counted, so there is no figure to report."""

    def __init__(self) -> None:
        super().__init__("nothing_counted", "Nobody was counted in this measure.")


class IssuedMeanwhile(Refused):
    """Somebody else has issued an edition since the page was made."""

    def __init__(self) -> None:
        super().__init__("issued_meanwhile", "Somebody else has issued an edition meanwhile.")


class NotStanding(Refused):
    """Only the newest edition can be withdrawn, and only once: the public reads no other."""

    def __init__(self) -> None:
        super().__init__("not_standing", "The public does not read this edition any more.")


@dataclass(frozen=True)
class Draft:
    """An edition before it is issued. after: the number of the newest one when it was made; 0: there was none. setting:
    what its report prints beside the figures."""

    measure: Attendance
    after: int
    figures: Figures
    public: PublicFigures
    setting: Setting
    original: Figures | None = None


def draft_edition(event: Event, measure: Attendance, figures: Figures, *, original: Figures | None = None) -> Draft:
    """Make it ready, which takes a while, outside any transaction. original: without corrections, if there are any.

    Raises NothingCounted, also where a number would be less than nobody.
    """
    if isinstance(attendance_of(figures, measure), Missing):
        raise NothingCounted
    try:
        public = public_figures(figures, measure, editions=public_of(event.id))
    except ValueError:
        raise NothingCounted from None
    return Draft(measure, newest_number(event.id), figures, public, setting_of(event), original)


def issue_edition(event: Event, draft: Draft, *, still_open: Mapping[str, int], at: datetime, actor: Actor) -> Edition:
    """Number and keep it; from now on the public reads it. still_open: what was not settled yet. Raises
    IssuedMeanwhile."""
    lock(Event, [event.id])
    if newest_number(event.id) != draft.after:
        raise IssuedMeanwhile
    kept: dict[str, Any] = {
        "form": FORM,
        "figures": written(draft.figures),
        "original": written(draft.original),
        "public": written(draft.public),
        "setting": written(draft.setting),
        "open": dict(still_open),
    }
    edition = Edition(
        event_id=event.id,
        number=draft.after + 1,
        measure=draft.measure.value,
        issued_at=at,
        account_id=actor.account_id,
        figures=kept,
    )
    db.session.add(edition)
    db.session.flush()
    facts = {"number": edition.number, "measure": edition.measure}
    record(actor, "edition.issue", f"event:{event.uuid}", at=at, event_id=event.id, **facts)
    return edition


def withdraw_edition(event: Event, number: int, *, reason: WhyWithdrawn, at: datetime, actor: Actor) -> None:
    """Take the edition that the public reads from the public page and the open data. It is kept, its number is never
    used again, and what it showed counts as known when the next one is issued. Raises NotStanding."""
    lock(Event, [event.id])
    if standing_number(event.id) != number:
        raise NotStanding
    edition = edition_numbered(event.id, number)
    db.session.add(
        EditionWithdrawal(edition_id=edition.id, withdrawn_at=at, account_id=actor.account_id, reason=reason)
    )
    db.session.flush()
    facts = {"number": number, "reason": reason.value}
    record(actor, "edition.withdraw", f"event:{event.uuid}", at=at, event_id=event.id, **facts)
