"""Two questions that a supervisor, a proxy or a cluster asks: is the process alive, may it get requests."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app.audit import AuditEntry
from app.config import Settings
from app.db import db
from app.migrations import HEAD
from app.refusals import READ_ONLY
from app.web.guards import public
from checkin.models import Entry

FAST_SECONDS = 60
MEBIBYTE = 1024 * 1024
LEAST_FREE = 32 * MEBIBYTE
"""Below this a day of scans, or one upload, may come to the end of the disk."""
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """200 when the database answers, is at the revision of this version and can be written, as far as that is known
    without writing; else 503 with the reason."""
    settings: Settings = current_app.extensions["uketsuke_settings"]
    fault = _fault_of_the_database(settings) or _fault_of_the_disk(settings)
    return _plain(fault, 503) if fault else _plain("ok", 200)


def _fault_of_the_database(settings: Settings) -> str | None:
    writable = "'off'" if settings.on_sqlite else "current_setting('transaction_read_only')"
    try:
        asked = db.session.execute(text(f"SELECT version_num, {writable} FROM alembic_version"))  # noqa: S608
        revision, read_only = asked.one()
    except SQLAlchemyError:
        db.session.rollback()
        return "database: no answer"
    if revision != HEAD:
        return f"database: at revision {revision}, expected {HEAD}"
    if read_only == "on" or (settings.on_sqlite and not _may_write(settings.sqlite_file)):
        return f"database: {READ_ONLY}"
    refused = current_app.extensions["uketsuke_writer"].refusals.lately
    return f"database: a write was refused within the last minute, {refused}" if refused else None


def _may_write(file: Path) -> bool:
    return os.access(file, os.W_OK, effective_ids=True)


def _fault_of_the_disk(settings: Settings) -> str | None:
    """Of the folders that this process writes to; on PostgreSQL the database's own disk is not ours to look at."""
    folders = [settings.data_dir, *([settings.sqlite_file.parent] if settings.on_sqlite else [])]
    for disk in [os.statvfs(folder) for folder in folders if folder.exists()]:
        if disk.f_flag & os.ST_RDONLY:
            return f"disk: {READ_ONLY}"
        left = disk.f_bavail * disk.f_frsize
        if left < LEAST_FREE:
            return f"disk: {left // MEBIBYTE} MiB left, expected at least {LEAST_FREE // MEBIBYTE}"
    return None


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
