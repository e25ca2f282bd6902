"""Two questions that a supervisor, a proxy or a cluster asks: is the process alive, may it get requests."""

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.db import db
from app.migrations import HEAD
from app.web.guards import public

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


def _plain(word: str, status: int) -> Response:
    return Response(word + "\n", status=status, mimetype="text/plain")
