"""Partners of the demonstration, one in each interesting state: invited, opened, with changes that wait, sent back."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.db import db, transaction
from app.programme.models import Event, Organisation, Partner
from app.programme.operations.partners import begin, invite
from app.programme.operations.suggestions import (
    Answer,
    answer_suggestion,
    answerable,
    suggest_exhibits,
    suggest_for_session,
    values_shown,
)
from app.programme.queries.partners import Subject, own_roles, own_sessions, subject_of, subject_role, subject_session
from app.web.actors import ANONYMOUS

CODES = ("fictional-company-2", "fictional-company-6", "fictional-npo-3", "fictional-school-1")
"""Invited; opened; suggests something; was sent something back."""
LONGER = "（見本の提案です。当日は資料をお配りします。）"


def invite_partners(event: Event, *, at: datetime) -> None:
    """Organisations that are on the programme get a link each, without an address: nothing is written to anybody."""
    chosen = select(Organisation).where(Organisation.host_id == event.host_id, Organisation.code.in_(CODES))
    found = {one.code: one for one in db.session.scalars(chosen)}
    partners = [_invite(event, found[code], at) for code in CODES]
    for partner in partners[1:]:
        with transaction():
            begin(partner.id, at=at)
    for number, partner in enumerate(partners[2:]):
        _suggest(event, partner, answered=bool(number), at=at)


def _invite(event: Event, organisation: Organisation, at: datetime) -> Partner:
    with transaction():
        return invite(
            event, organisation, email=None, language="ja", closes_at=at + timedelta(days=7),
            key=str(current_app.secret_key), at=at, actor=ANONYMOUS,
        )  # fmt: skip


def _suggest(event: Event, partner: Partner, *, answered: bool, at: datetime) -> None:
    sessions = own_sessions(event.id, partner.organisation_id)
    roles = own_roles(event.id, partner.organisation_id)
    with transaction():
        if sessions:
            subject = subject_session(partner, sessions[0].code)
            wanted = _wanted(partner, subject, "description")
            made = suggest_for_session(partner.id, sessions[0].code, wanted, seen=values_shown(partner, subject), at=at)
        elif roles:
            role = roles[0].role.value
            subject = subject_role(partner, role)
            wanted = _wanted(partner, subject, "exhibits")
            made = suggest_exhibits(partner.id, role, wanted, seen=values_shown(partner, subject), at=at)
        else:
            return
        assert made is not None
        if answered:
            now = answerable(subject_of(partner, made), made)
            words = "ありがとうございます。作品の数も教えてください。"
            answer_suggestion(event, made.id, Answer(returned=True, words=words), seen=now, at=at, actor=ANONYMOUS)


def _wanted(partner: Partner, subject: Subject, field: str) -> dict[str, Any]:
    """A line more, and what they need."""
    shown = values_shown(partner, subject)
    if field == "exhibits":
        more: Any = [*shown["exhibits"], {"ja": "見本の展示", "en": "A sample exhibit"}]
    else:
        more = {**shown[field], "ja": f"{shown[field].get('ja', '')}\n\n{LONGER}".strip()}
    return {**shown, field: more, "needs": "電源とプロジェクター", "wish": "できれば午後を希望します。"}
