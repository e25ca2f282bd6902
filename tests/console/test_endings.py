"""Archived or deleted: a draft that nobody saw goes whole, anything else stays and says why; strangers end nothing."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Device, Host
from app.audit import AuditEntry
from app.console.cli import event as event_commands
from app.db import Model, db, transaction
from app.outbox.models import Letter
from app.programme.models import Appearance, Event, EventSession, Organisation, Participation, Room, Speaker, Venue
from app.programme.rules import EventStatus, OrganisationKind, ParticipationRole
from app.web.actors import Role
from checkin.models import FigureSource, Scan
from checkin.rules import Act, Verdict
from registrations.models import LetterText, Lottery, Question
from tests.console.conftest import Cast
from tests.console.editing import BASE, one, post, text
from tests.make import NOON, Make, both

END = f"{BASE}/end"


@pytest.fixture
def draft(cast: Cast, make: Make) -> Event:
    """The event of the cast as a draft with something of everything that is prepared for an event."""
    session = make.session(cast.event, "talk")
    gate = make.room_gate(cast.event, session)
    of: dict[str, Any] = {"event_id": cast.event.id}
    with transaction():
        event = db.session.get_one(Event, cast.event.id)
        event.status, event.reading, event.contact = EventStatus.DRAFT, "まつり", {"email": "fair@example.jp"}
        speaker = Speaker(**of, code="tomo", name=both("架空 とも"))
        there = Organisation(host_id=event.host_id, code="club", name=both("会"), kind=OrganisationKind.NPO)
        first = Question(**of, session_id=session.id, kind="short", label=both("学年"), support={}, choices=[],
                         audience=[], shown_if=None)  # fmt: skip
        db.session.add_all([speaker, there, first])
        db.session.flush()
        db.session.add_all([
            Appearance(session_id=session.id, speaker_id=speaker.id, role="speaker", affiliation={}, position=0),
            Participation(**of, organisation_id=there.id, role=ParticipationRole.EXHIBITOR),
            Question(**of, previous_id=first.id, kind="short", label=both("年"), support={}, choices=[], audience=[],
                     shown_if=None),
            LetterText(**of, kind="confirmed", language="ja", subject="予約", body="ありがとうございます"),
            Lottery(session_id=session.id, seed=b"s" * 32, opened_at=NOON),
            FigureSource(**of, provenance="published", title=both("例"), measure_note={}, method_note={}),
            Device(**of, gate_id=gate.id, name="Phone", token_hash=b"t" * 32, rights=["scan"], created_at=NOON,
                   expires_at=NOON + timedelta(days=1)),
        ])  # fmt: skip
    return event


def status(event: Event, wanted: EventStatus) -> None:
    with transaction():
        db.session.get_one(Event, event.id).status = wanted


def left_of(event: Event) -> dict[str, int]:
    """How many rows of each table name the event."""
    db.session.rollback()
    tables = [table for table in Model.metadata.sorted_tables if "event_id" in table.columns]
    counted = {
        one.name: len(db.session.execute(one.select().where(one.c.event_id == event.id)).all()) for one in tables
    }
    return {name: number for name, number in counted.items() if number}


def test_only_who_may_edit_the_event_ends_it(cast: Cast, draft: Event) -> None:
    expected = {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert cast.statuses(END) == expected
    for act in ("archive", "delete"):
        assert post(cast.sam, END, do=act).status_code == 404
        assert post(cast.dora, END, do=act).status_code == 403
        assert cast.stranger.post(END, data={"do": act}).status_code == 401
    assert one(Event, slug="fair").deleted_at is None


def test_a_deleted_draft_leaves_an_empty_row_and_a_line_in_the_record(cast: Cast, draft: Event) -> None:
    cast.olga.get("/display?lang=en")
    assert "goes with its sessions" in text(cast.olga.get(END))
    response = post(cast.olga, END, do="delete")
    assert (response.status_code, response.location) == (303, "/console/")
    assert left_of(draft) == {"audit_entry": 1}
    row = one(Event, id=draft.id)
    assert (row.slug, row.title, row.reading, row.contact) == (f"deleted-{row.uuid}", {}, None, {})
    assert row.deleted_at is not None
    line = one(AuditEntry, verb="event.delete")
    assert (line.event_id, line.subject, line.facts["slug"]) == (draft.id, f"event:{row.uuid}", "fair")
    assert db.session.scalars(select(Room.id).join(Venue).where(Venue.slug == f"hall-{draft.id}")).all() != []
    assert one(Organisation, code="club").host_id == row.host_id


def test_it_is_on_no_page_any_more_and_its_address_is_free(cast: Cast, draft: Event, make: Make) -> None:
    hanako = make.signed_in(make.account("Hanako", Role.OWNER, host=db.session.get_one(Host, draft.host_id)))
    assert '"slug": "fair"' in unescape(text(hanako.get("/scan/")))
    assert "/console/events/fair/" in text(hanako.get("/console/"))
    assert post(hanako, END, do="delete").status_code == 303
    gone = f"deleted-{one(Event, id=draft.id).uuid}"
    page = text(hanako.get("/console/"))
    assert ("deleted-" in page, "/console/events/fair/" in page) == (False, False)
    assert "deleted-" not in text(hanako.get("/scan/"))
    for address in (f"/console/events/{gone}/", f"/console/events/{gone}/programme/", f"/events/{gone}/",
                    "/console/events/fair/", "/events/fair/"):  # fmt: skip
        assert hanako.get(address).status_code == 404
    new = {"slug": "fair", "host": str(draft.host_id), "title-ja": "まつり", "starts_on": "2027-10-03",
           "ends_on": "2027-10-03", "timezone": "Asia/Tokyo"}  # fmt: skip
    assert post(hanako, "/console/events/new", new).status_code == 303


def _scan(event: Event) -> None:
    with transaction():
        db.session.add(Scan(id=uuid4(), event_id=event.id, act=Act.SCAN, received_at=NOON, at=NOON,
                            body_hash=b"h" * 32, verdict=Verdict.LEFT, facts={}))  # fmt: skip


def _letter(event: Event) -> None:
    with transaction():
        db.session.add(Letter(event_id=event.id, kind="confirmed", cause="c", language="ja", facts={},
                              to_address="ana@example.jp", created_at=NOON))  # fmt: skip


def _registration(make: Make, event: Event) -> None:
    status(event, EventStatus.PUBLISHED)
    make.registration(event, db.session.scalars(select(EventSession).filter_by(event_id=event.id)).one())


@pytest.mark.parametrize(
    ("leave", "sentence"),
    [
        (lambda make, event: make.release(event), "Its programme was released"),
        (_registration, "People registered for it"),
        (lambda _make, event: _scan(event), "Codes were read at its doors"),
        (lambda _make, event: _letter(event), "Letters about it were written"),
    ],
)
def test_what_left_a_trace_stays_whole_and_says_why(
    cast: Cast, draft: Event, make: Make, leave: Callable[[Make, Event], Any], sentence: str
) -> None:
    cast.olga.get("/display?lang=en")
    leave(make, draft)
    status(draft, EventStatus.DRAFT)
    before = left_of(draft)
    response = post(cast.olga, END, do="delete")
    assert (response.status_code, sentence in text(response)) == (409, True)
    assert 'value="delete"' not in text(response)
    assert left_of(draft) == before
    assert one(Event, slug="fair").title == {"ja": "市民まつり", "en": "Fair"}


def test_what_is_no_draft_is_archived_instead_and_stays_readable(cast: Cast, draft: Event, make: Make) -> None:
    cast.olga.get("/display?lang=en")
    make.release(draft)
    status(draft, EventStatus.PUBLISHED)
    refused = post(cast.olga, END, do="delete")
    assert (refused.status_code, "It is not a draft" in text(refused)) == (409, True)
    stale = post(cast.olga, END, do="archive", version="1")
    assert (stale.location, one(Event, slug="fair").status) == (END, EventStatus.PUBLISHED)
    version = str(one(Event, slug="fair").version)
    assert post(cast.olga, END, do="archive", version=version).status_code == 303
    assert one(Event, slug="fair").status is EventStatus.ARCHIVED
    assert "/events/fair/" not in text(cast.stranger.get("/"))
    for page in ("/events/fair/", "/console/events/fair/", f"{BASE}/", f"{BASE}/sessions", END):
        assert cast.olga.get(page).status_code == 200
    assert "/console/events/fair/" in text(cast.olga.get("/console/"))
    assert 'value="archive"' not in text(cast.olga.get(END))


def test_the_command_line_deletes_by_the_same_rules(app: Flask, draft: Event) -> None:
    def run(*words: str, typed: str = "") -> tuple[int, str]:
        done = app.test_cli_runner().invoke(event_commands, ["delete", *words], input=typed)
        return done.exit_code, str(done.exception or done.output)

    status(draft, EventStatus.PUBLISHED)
    told = "fair cannot be deleted: it is not a draft. Archive it instead."
    assert run("fair", "--yes") == (1, told)
    status(draft, EventStatus.DRAFT)
    assert run("fair", typed="n\n")[0] == 1
    assert one(Event, slug="fair").deleted_at is None
    assert run("fair", "--yes") == (0, "fair is deleted.\n")
    assert left_of(draft) == {"audit_entry": 1}
    assert run("fair", "--yes") == (1, "There is no event fair.")
