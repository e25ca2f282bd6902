"""Ledgers that are made up for measuring say what doors could have written, so figures of them are right as well."""

from collections import defaultdict
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.db import db
from app.programme.models import Event
from benchmarks import booked
from benchmarks.ledgers import a_large_event, one_line_more
from checkin.cli import ledger
from checkin.models import Entry, EntryNumber
from checkin.operations.rebuilding import rebuild
from registrations.rules import PartyKind
from tests.checkin.rolled import assert_rolled_up
from tests.make import Make

pytestmark = pytest.mark.slow


@pytest.fixture(params=("large", "booked"))
def event(request: pytest.FixtureRequest, app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> Event:
    monkeypatch.setattr(booked, "PARTIES", 300)
    monkeypatch.setattr(booked, "CHUNK", 100)
    made = a_large_event(make, 2000) if request.param == "large" else booked.a_booked_event(make)
    event: Event = db.session.merge(made)
    rebuild(event.id)
    return event


def test_a_made_up_ledger_equals_its_recount(event: Event) -> None:
    assert_rolled_up(event.id)
    for _ in range(2):
        one_line_more(event.id)
        db.session.refresh(event)
        assert_rolled_up(event.id)
    db.session.rollback()
    verified = CliRunner().invoke(ledger, ["verify", event.slug], catch_exceptions=False)
    assert (verified.exit_code, "all are right." in verified.output) == (0, True), verified.output


def test_one_person_comes_to_a_place_for_the_first_time_once(event: Event) -> None:
    """And returns only where they came before."""
    one_line_more(event.id)
    for (registration, place), lines in _by_stay().items():
        first, *more = (row.reentry for row in lines)
        assert (first, all(more)) == (False, True), (registration, place)
        people = sum(row.number for row in lines if not row.reentry)
        assert (lines[0].party_kind is PartyKind.PERSON) == (people == 1), (registration, place)


def _by_stay() -> dict[Any, list[Any]]:
    """Lines of tickets by whose they are and where, in the order of time; several categories of one line are one."""
    found = db.session.execute(
        db.select(
            Entry.registration_id, Entry.place_id, Entry.party_kind, Entry.reentry,
            db.func.sum(EntryNumber.number).label("number"),
        )
        .join(EntryNumber, EntryNumber.entry_id == Entry.id)
        .where(Entry.ticket_id.is_not(None))
        .group_by(Entry.id)
        .order_by(Entry.at, Entry.id)
    )  # fmt: skip
    stays: dict[Any, list[Any]] = defaultdict(list)
    for row in found:
        stays[row.registration_id, row.place_id].append(row)
    return stays
