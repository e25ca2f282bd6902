"""The questions of one event are asked at another one: in the same words, choices and order."""

from datetime import datetime

from sqlalchemy import select

from app.audit import record
from app.db import db
from app.programme.models import Event, EventSession
from app.web.actors import Actor
from registrations.models import Question


def copy_questions(source: Event, target: Event, *, at: datetime, actor: Actor) -> int:
    """Ask at the target, which asks nothing yet, what stands at the source; how many. Left out is what asks who comes
    to a session that the target does not have, and what follows from an answer to that."""
    query = select(Question, EventSession.code).outerjoin(EventSession, EventSession.id == Question.session_id)
    asked = query.where(Question.event_id == source.id, Question.retired_at.is_(None))
    known = select(EventSession.code, EventSession.id).where(EventSession.event_id == target.id)
    sessions = {row.code: row.id for row in db.session.execute(known)}
    copies: dict[str, Question] = {}
    for row in db.session.execute(asked.order_by(Question.position, Question.id)):
        question: Question = row[0]
        code: str | None = row[1]
        shown_if = dict(question.shown_if or {})
        if (code is not None and code not in sessions) or (shown_if and shown_if["question"] not in copies):
            continue
        if shown_if:
            shown_if["question"] = str(copies[shown_if["question"]].uuid)
        made = Question(
            event_id=target.id,
            session_id=sessions[code] if code is not None else None,
            kind=question.kind,
            label=question.label,
            support=question.support,
            choices=question.choices,
            audience=question.audience,
            required=question.required,
            shown_if=shown_if or None,
            position=len(copies),
        )
        db.session.add(made)
        db.session.flush()
        copies[str(question.uuid)] = made
    if copies:
        record(actor, "question.copy", f"event:{target.uuid}", at=at, event_id=target.id, asked=len(copies))
    return len(copies)
