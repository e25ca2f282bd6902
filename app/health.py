"""Two questions that a supervisor, a proxy or a cluster asks: is the process alive, may it get requests."""

from datetime import datetime, timedelta

from flask import Blueprint
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.audit import AuditEntry
from app.db import db
from app.migrations import HEAD
from app.web.guards import public
from checkin.models import Entry

FAST_SECONDS = 60
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """200 when the database answers and is at the revision of this version; else 503 with the reason."""
    try:
        revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        db.session.rollback()
        return _plain("database: no answer", 503)
    if revision != HEAD:
        return _plain(f"database: at revision {revision}, expected {HEAD}", 503)
    return _plain("ok", 200)


def is_behind(at: datetime) -> datetime | None:
    """When something was written that is still to come by the clock, which is wrong now or was wrong then."""
    written = (
        select(Entry.received_at).order_by(Entry.id.desc()),
        select(AuditEntry.at).order_by(AuditEntry.id.desc()),
    )
    newest = [moment for one in written if (moment := db.session.scalar(one.limit(1)))]
    db.session.rollback()
    late = max(newest, default=at)
    return late if late > at + timedelta(seconds=FAST_SECONDS) else None


def _plain(word: str, status: int) -> Response:
    return Response(word + "\n", status=status, mimetype="text/plain")
