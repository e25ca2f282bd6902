"""The quick way in for scans of doors that are online, past Flask: read, recorded with all others, answered.

It takes only what is plain: well-formed scans of a working device that need no PIN, no language and no second
look. Everything else, whatever the reason, is left to the route as if nothing had been tried: nothing of it was kept,
or it was and the same ids get the same answer. So the route alone says what is right, and this is only sooner.

Who leads the others in the transaction they share does their work too, from the bytes that came to the bytes that go:
threads that read and write JSON of their own meanwhile would take Python's one lock from it after every statement. What
a device kept while it was offline is longer: it is read before the transaction and answered after it, on its own.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask, has_app_context

from app.accounts.queries import device_of, digest
from app.clock import now
from app.errors import DomainError
from app.group import Alike, group_of
from app.quick_json import as_json
from app.web.limits import Limits
from app.web.pages import headers_of_json, log_access
from app.writer import Wire
from checkin import api
from checkin.api.pins import is_asked
from checkin.api.verdicts import NAMED, as_told, said_in, stamp
from checkin.forms import numbers_in, read_batch
from checkin.forms.fields import MOST_SCANS
from checkin.operations import Arrived, record_arrived
from checkin.operations.answers import Answer
from checkin.rules import Verdict
from checkin.rules.claims import Batch, Claim, Malformed

SHORT = 4 * 1024
"""Bytes of a body that who leads reads for others."""
MOST_REMEMBERED = 4096
log = logging.getLogger("uketsuke.door")
_SCANS = re.compile(r"/api/v1/events/([a-z0-9-]{1,80})/scans")
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{1,200})")
_LENGTH = re.compile(r"[0-9]{1,6}")
Start = Callable[..., Any]


class Lane:
    """A WSGI application around Flask's own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inner = app.wsgi_app
        self.strict: bool = app.config["STRICT_TRANSPORT"]
        self.limits: Limits = app.extensions["uketsuke_limits"]
        self.group = group_of(app)
        self.ids: dict[bytes, int] = {}
        """Which device a token is: that never changes. What the device may do is asked every time."""

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        found = _SCANS.fullmatch(environ.get("PATH_INFO", ""))
        bearer = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION") or "") if found else None
        if found is None or bearer is None or not _is_plain(environ):
            return self.inner(environ, start_response)
        started = time.perf_counter()
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        told = self._answer(found[1], bearer[1], body, environ)
        if told is None:
            environ["wsgi.input"] = BytesIO(body)
            return self.inner(environ, start_response)
        log_access("POST", found[0], 200, started=started)
        start_response("200 OK", headers_of_json(len(told), strict=self.strict))
        return [told]

    def _answer(self, slug: str, token: str, body: bytes, environ: dict[str, Any]) -> bytes | None:
        """What the route would say; None: the route is to say it, and counts only what was not counted here."""
        kept = digest(token)
        device_id = self._device_id(token, kept)
        if device_id is None:
            return None
        posted = _Posted(kept, device_id, body, now())
        try:
            told = self._together(slug, posted) if len(body) <= SHORT else self._alone(slug, posted)
        except DomainError:
            return None
        except Exception:
            log.warning("a batch of scans is left to the route", exc_info=True)
            return None
        finally:
            if posted.counted:
                environ[api.COUNTED] = True
        if not isinstance(told, list):
            return told
        with self._application():
            return _as_told(posted.at, told)

    def _together(self, slug: str, posted: "_Posted") -> bytes | list[Answer] | None:
        alike = Alike(("posted", slug), posted, lambda wire, several: self._record(wire, slug, several), bare=True)
        return self.group.write(lambda wire: self._record(wire, slug, [posted])[0], alike)

    def _alone(self, slug: str, posted: "_Posted") -> bytes | list[Answer] | None:
        """Nobody waits for this one's JSON; on SQLite others may share its commit."""
        arrived = self._arrived(posted)
        if arrived is None:
            return None
        answers = self.group.write(lambda wire: record_arrived(wire, slug, [arrived])[0])
        return _plainly(posted.at, answers)

    def _record(self, wire: Wire, slug: str, several: Sequence["_Posted"]) -> list[bytes | list[Answer] | None]:
        """What each is told; the answers themselves where words for them must be asked for, which waits until nobody is
        held up by it."""
        arrived = [self._arrived(posted) for posted in several]
        known = [one for one in arrived if one is not None]
        answered = iter(record_arrived(wire, slug, known) if known else ())
        return [_plainly(one.received_at, next(answered)) if one else None for one in arrived]

    def _arrived(self, posted: "_Posted") -> Arrived | None:
        """Read and counted once, however often the transaction is tried; None: it is the route's."""
        if not posted.read:
            posted.read = True
            batch = _read(posted.body, most=api.GOES_ALONG if len(posted.body) <= SHORT else MOST_SCANS)
            if batch is not None and self._may(posted.device_id, len(batch.scans)):
                posted.counted, posted.arrived = True, Arrived(posted.token, batch, posted.at)
        return posted.arrived

    def _device_id(self, token: str, kept: bytes) -> int | None:
        known = self.ids.get(kept)
        if known is None:
            with self._application():
                found = device_of(token)
            if found is None:
                return None
            if len(self.ids) >= MOST_REMEMBERED:
                self.ids.clear()
            known = self.ids[kept] = found.device_id
        return known

    def _application(self) -> AbstractContextManager[object]:
        """For what is rarely asked; entered as Flask does."""
        return nullcontext() if has_app_context() else self.app.app_context()

    def _may(self, device_id: int, scans: int) -> bool:
        """Count this batch as the route does, unless the route will say that it is too many."""
        key = str(device_id)
        if self.limits.spent(api.SCANS, "scans", key, count=scans) or self.limits.spent(api.BATCHES, "batches", key):
            return False
        self.limits.hit(api.BATCHES, "batches", key)
        self.limits.hit(api.SCANS, "scans", key, count=scans)
        return True


def _is_plain(environ: dict[str, Any]) -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE") == "application/json"
        and _LENGTH.fullmatch(length) is not None
        and int(length) <= api.LARGEST_BODY
    )


def _read(body: bytes, *, most: int) -> Batch | None:
    """The batch, if every scan in it is well-formed and stands for itself."""
    try:
        batch = read_batch(body)
        plain = len(batch.scans) <= most and not numbers_in(batch)
    except DomainError:
        return None
    return batch if plain and all(_stands_for_itself(one) for one in batch.scans) else None


def _stands_for_itself(scan: Claim | Malformed) -> bool:
    """It asks for no PIN and gives no ticket out: tickets and scans that look for each other are the route's."""
    return isinstance(scan, Claim) and not is_asked(scan) and not scan.new_code


class _Posted:
    """What one device sent, and what was found out about it. token: as it is kept; at: when it arrived."""

    __slots__ = ("arrived", "at", "body", "counted", "device_id", "read", "token")

    def __init__(self, token: bytes, device_id: int, body: bytes, at: datetime) -> None:
        self.token = token
        self.device_id = device_id
        self.body = body
        self.at = at
        self.read = False
        self.counted = False
        self.arrived: Arrived | None = None


def _plainly(at: datetime, answers: list[Answer] | None) -> bytes | list[Answer] | None:
    if answers is None:
        return None
    said = said_in(answers)
    if "error" in said or any(answer.verdict is Verdict.PROVISIONAL for answer in answers):
        return None
    return _as_told(at, answers) if NAMED.isdisjoint(said) else answers


def _as_told(at: datetime, answers: list[Answer]) -> bytes:
    return as_json({"received_at": stamp(at), "verdicts": as_told(answers)})
