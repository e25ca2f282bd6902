"""Work that takes longer than a page may: kept on disk for an hour, done by a thread, looked at while it runs.

An errand is a folder that only the server's own account can read. It belongs to the person who asked for it and to one
event; for everybody else it is not there. What it holds may be personal data, so it goes after an hour, whatever became
of it.
"""

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, current_app

from app.clock import now
from app.db import db
from app.errors import NotFound
from app.web.languages import current_language, speak

KEPT = timedelta(hours=1)
SILENT = timedelta(minutes=2)
"""An errand that runs and was not heard of for so long was cut off."""
log = logging.getLogger("uketsuke.errands")


class ErrandState(StrEnum):
    """How far it is."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Errand:
    """One errand. `facts`: what it is about, as plain values; `done` of `total` in whatever is counted."""

    id: str
    kind: str
    event_id: int
    account_id: int | None
    begun_at: str
    heard_at: str
    state: ErrandState = ErrandState.ASKED
    done: int = 0
    total: int = 0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def uuid(self) -> UUID:
        """Its id as addresses have it."""
        return UUID(self.id)

    @property
    def folder(self) -> Path:
        return _folder() / self.id

    def file(self, name: str) -> Path:
        """A file of this errand."""
        return self.folder / name

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, whole or not at all."""
        fresh = self.file(f"{name}.{uuid4().hex}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(self.file(name))

    def tell(self, *, state: ErrandState | None = None, done: int | None = None, **facts: Any) -> None:
        """Say how far it is."""
        self.state = self.state if state is None else state
        self.done = self.done if done is None else done
        self.facts |= facts
        self.heard_at = now().isoformat()
        self.write("errand.json", json.dumps(asdict(self), ensure_ascii=False).encode())

    @property
    def cut_off(self) -> bool:
        """Whether it says that it runs and nobody runs it: the server was stopped meanwhile."""
        return self.state is ErrandState.RUNNING and now() - datetime.fromisoformat(self.heard_at) > SILENT


def new_errand(
    kind: str, *, event_id: int, account_id: int | None, total: int = 0, folder: Path | None = None, **facts: Any
) -> Errand:
    """An errand that was asked for and does nothing yet. Old ones are swept away."""
    root = folder or _folder()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(root)
    at = now().isoformat()
    errand = Errand(uuid4().hex, kind, event_id, account_id, begun_at=at, heard_at=at, total=total, facts=facts)
    errand.folder.mkdir(mode=0o700)
    errand.tell()
    later = threading.Timer((KEPT + timedelta(minutes=1)).total_seconds(), sweep, (root,))
    later.daemon = True
    later.start()
    return errand


def errand_of(number: UUID, *, kind: str, event_id: int, account_id: int | None) -> Errand:
    """This person's errand in this event. Raises NotFound, also for what is too old."""
    try:
        facts = json.loads((_folder() / number.hex / "errand.json").read_text())
    except (OSError, ValueError):
        raise NotFound from None
    errand = Errand(**{**facts, "state": ErrandState(facts["state"])})
    if (errand.kind, errand.event_id, errand.account_id) != (kind, event_id, account_id) or _too_old(errand.begun_at):
        raise NotFound
    return errand


def run(errand: Errand, work: Callable[[Errand], None]) -> None:
    """Do it beside the pages, in the reader's language; `work` tells how far it is, and opens its own transactions."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    errand.tell(state=ErrandState.RUNNING, done=0)
    threading.Thread(target=_run, args=(app, current_language(), errand, work), name="errand", daemon=True).start()


def drop(errand: Errand) -> None:
    """Delete all of it."""
    shutil.rmtree(errand.folder, ignore_errors=True)


def sweep(root: Path) -> None:
    """Delete what is too old, and what a stopped server left unreadable."""
    for folder in root.glob("*"):
        try:
            begun = json.loads((folder / "errand.json").read_text())["begun_at"]
            old = _too_old(begun)
        except (OSError, ValueError, KeyError):
            old = time.time() - _changed(folder) > KEPT.total_seconds()
        if old:
            shutil.rmtree(folder, ignore_errors=True)


def _run(app: Flask, language: str, errand: Errand, work: Callable[[Errand], None]) -> None:
    with app.app_context():
        speak(language)
        state = ErrandState.FAILED
        try:
            work(errand)
            state = ErrandState.DONE
        except Exception:
            log.exception("%s failed", errand.kind)
        db.session.remove()
        if errand.folder.is_dir():
            errand.tell(state=state)


def _too_old(begun_at: str) -> bool:
    return now() - datetime.fromisoformat(begun_at) > KEPT


def _changed(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return time.time()


def _folder() -> Path:
    data: Path = current_app.extensions["uketsuke_settings"].data_dir
    return data / "errands"
