"""Case 33: every row of the table of cases that a desk can play gets there the verdict that a scan gets.

Steps that are a scan of a ticket made on the spot go over the pages of the desk; taps, late uploads and what only a
device can do go over the endpoint, so that both meet in one ledger.
"""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account
from app.clock import frozen, now
from app.db import db
from checkin.models import Entry, Scan
from checkin.rules import Method
from tests.checkin.cases import Case, cases, run
from tests.checkin.doorside import EVERY_RIGHT
from tests.checkin.test_cases_over_http import Endpoint
from tests.console.test_gates import csrf
from tests.make import Make

ONLY_A_DEVICE = {"shown", "clock", "received", "read", "device", "new_today"}
FACTS = frozenset({"person", "booked", "event", "window", "first", "expected", "party", "admitted", "at"})
"""Where the page says these in words; the answer itself is compared by what was kept of it."""


class AtTheDesk(Endpoint):
    """The same event, with Olga and Dora at its table."""

    def __init__(self, case: Case, app: Flask, make: Make) -> None:
        super().__init__(case, app, make)
        self.olga, self.dora = make.olga(self.door.event), make.dora(self.door.event)
        self.base = f"/console/events/{self.door.event.slug}/check-in"
        self.played = 0
        self.browsers: dict[Any, tuple[FlaskClient, str]] = {}

    def scan(self, case: Case, step: dict[str, Any]) -> dict[str, Any]:
        do = pressed(case, step)
        if do is None:
            return super().scan(case, step)
        self.played += 1
        account = self.olga if "supervisor" in step.get("rights", EVERY_RIGHT) else self.dora
        ident, before = str(uuid4()), self._last_entry()
        with frozen(case.moment(step["at"])):
            page = self._post(account, step, do, ident)
        self.sent.append(({"id": ident}, {}))
        return self._seen_on(page, ident, before)

    def _browser(self, account: Account) -> tuple[FlaskClient, str]:
        """One sign-in a day for each of them, with what its forms carry."""
        key = account.id, now().date()
        if key not in self.browsers:
            browser = self.make.signed_in(account)
            self.browsers[key] = browser, csrf(browser)
        return self.browsers[key]

    def _post(self, account: Account, step: dict[str, Any], do: str, ident: str) -> str:
        browser, token = self._browser(account)
        ticket = self.tickets.get(step.get("ticket", "")) or next(iter(self.tickets.values()))
        path = f"{self.base}/{self.codes[step['place']]}/tickets/{ticket.number}"
        typed = {f"number_{key}": str(number) for key, number in step.get("people", {}).items()}
        wish = {"csrf_token": token, "act": ident, "do": do, "reason": step.get("force", ""), **typed}
        if do == "undo":
            path, wish = f"{path}/taking-back", {**wish, "scan": self.sent[step["undo"]][0]["id"], "why": "other"}
        if self.played == 1:
            browser.post(path, data=wish)  # a double click
        answer = browser.post(path, data=wish, follow_redirects=True)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def _seen_on(self, page: str, ident: str, before: int) -> dict[str, Any]:
        lines = self._lines(before)
        scan = db.session.get(Scan, UUID(ident))
        told, now = re.search(r'data-told="(\w+)"', page), re.search(r'data-verdict="(\w+)"', page)
        assert now is not None
        if scan is None:
            return {"verdict": now[1], "lines": lines}
        assert told is not None
        assert (told[1], scan.device_id, scan.gate_id) == (scan.verdict.value, None, None)
        written = db.session.scalars(select(Entry).where(Entry.scan_id == scan.id)).all()
        assert {(one.method, one.device_id) for one in written} <= {(Method.TYPED, None)}
        facts = scan.facts
        kept = {key: facts.get(key) for key in ("room_left", "conflict", "error", "walk_in_left", "admitted")}
        return {"verdict": scan.verdict.value, "lines": lines, **kept}


def pressed(case: Case, step: dict[str, Any]) -> str | None:
    """What one presses for this step; None: a desk has no button for it."""
    if ONLY_A_DEVICE & set(step) or _sent_again(case, step) or _of_a_device(case, step):
        return None
    if "undo" in step:
        scans = [one for one in case.row["steps"] if "change" not in one and "again" not in one]
        return "undo" if pressed(case, scans[step["undo"]]) else None
    ticket = case.tickets.get(step.get("ticket", ""))
    on = case.sessions.get(step["place"], {}).get("status") != "cancelled"
    if not ticket or ticket.get("given"):
        return None  # what doors give out gets its number later
    return _button(step, ticket["party"]) if "event" not in ticket and on else None


def _button(step: dict[str, Any], party: dict[str, int]) -> str | None:
    people, leaving = step.get("people", {}), step.get("direction") == "out"
    if any(number > party.get(key, 0) for key, number in people.items()):
        return None  # at a desk, which is at no gate, the place says whether the surplus is new today
    parts = bool(people) and sum(party.values()) > 1
    if step.get("as_walk_in"):
        return None if parts else "walk_in"
    if step.get("force"):
        return "anyway" if not leaving and "supervisor" in step.get("rights", EVERY_RIGHT) else None
    return ("leave_numbers" if parts else "leave") if leaving else "numbers" if parts else "admit"


def _sent_again(case: Case, step: dict[str, Any]) -> bool:
    """Whether the very same claim is sent a second time later."""
    scans = [one for one in case.row["steps"] if "change" not in one and "again" not in one]
    return any(scans[one["again"]] is step for one in case.row["steps"] if "again" in one)


def _of_a_device(case: Case, step: dict[str, Any]) -> bool:
    """Whether it matters whose scan is undone, or no ticket is undone but a tap: that is the device's own question."""
    scans = [one for one in case.row["steps"] if "change" not in one and "again" not in one]
    asked = [
        one
        for one in scans
        if "undo" in one and ({"rights", "device"} & set(one) or "ticket" not in scans[one["undo"]])
    ]
    return any(step in (one, scans[one["undo"]]) for one in asked)


def _not_kept(case: Case) -> set[str]:
    """What a question says is nowhere kept."""
    answers = [step["then"] for step in case.row["steps"] if isinstance(step.get("then"), dict)]
    asked = any(one["verdict"] == "confirm_party" and "walk_in_left" in one for one in answers)
    return {"walk_in_left"} if asked else set()


AT_A_DESK = [case for case in cases() if any(pressed(case, step) for step in case.row["steps"] if "place" in step)]


@pytest.mark.parametrize("case", AT_A_DESK, ids=lambda case: case.title)
def test_the_desk_answers_as_a_scan_is_answered(case: Case, app: Flask, make: Make) -> None:
    desk = AtTheDesk(case, app, make)
    run(case, desk, unseen=FACTS | _not_kept(case))
    assert desk.played


def test_most_rows_are_played_there() -> None:
    assert len(AT_A_DESK) >= len(cases()) * 2 // 3
