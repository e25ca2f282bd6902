"""Scans over HTTP: the same id again, bad ones beside good ones, what is kept and what never is."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app.accounts.models import Device, DeviceContact
from app.accounts.queries import digest
from app.audit import AuditEntry
from app.db import Model, db, transaction
from app.programme.rules import AdmissionRule, OrganisationKind, Reentry, SessionStatus
from checkin.api import GOES_ALONG
from checkin.models import Conflict, Entry, EntryNumber, Scan
from checkin.queries import door as queries
from checkin.rules import Method
from registrations.models import Registration
from registrations.rules import BookingState, PartyKind, short_number
from tests.checkin.doorside import EVERY_RIGHT, Doorside
from tests.make import NOON, Make
from tests.statements import noted

CONFIRMED = BookingState.CONFIRMED


@pytest.fixture
def door(app: Flask, make: Make) -> Doorside:
    return Doorside(app, make, make.event(reentry=Reentry.NONE), rights=EVERY_RIGHT)


def rows_of_every_table() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


class TestTheSameIdAgain:
    def test_gets_the_first_answer_with_names_of_today_and_writes_nothing(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        claim = door.claim(talk, ticket)
        (first,) = door.send(claim)
        before = rows_of_every_table()
        door.change(db.session.get_one(Registration, ticket.registration_id), cancelled_at=NOON, contact_name="Anna")
        (again,) = door.send(claim, at=NOON + timedelta(minutes=9))
        assert again == {**first, "person": {**first["person"], "name": "Anna"}}
        assert rows_of_every_table() == before

    def test_gets_it_while_the_first_time_is_not_finished_yet(
        self, door: Doorside, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A phone that waited too long sends a batch again, and each scan of it is just being kept."""
        talk = make.session(door.event, "talk")
        claims = [door.claim(talk, act="walk_in", people={"spectator": 1}) for _ in range(GOES_ALONG + 1)]
        first = door.send(*claims)
        look, looked = queries.opening, set[frozenset[UUID]]()

        def too_early(*given: Any, ids: Collection[UUID], **more: Any) -> Any:
            opened = look(*given, ids=ids, **more)
            seen = frozenset(ids) in looked
            looked.add(frozenset(ids))
            return opened if seen else opened._replace(known={})

        monkeypatch.setattr(queries, "opening", too_early)
        before = rows_of_every_table()
        assert door.send(*claims) == first
        assert rows_of_every_table() == before

    def test_repeats_a_refusal_with_its_facts(self, door: Doorside, make: Make) -> None:
        talk, walk = make.session(door.event, "talk", capacity=9), make.session(door.event, "walk")
        ticket = door.ticket(booked={walk: CONFIRMED})
        claim = door.claim(talk, ticket)
        (first,) = door.send(claim)
        assert (first["verdict"], first["walk_in_left"], [one["code"] for one in first["booked"]]) == (
            "not_booked",
            9,
            ["walk"],
        )
        assert door.send(claim) == [first]

    def test_at_the_wrong_time_names_what_the_ticket_is_booked_for(self, door: Doorside, make: Make) -> None:
        """The wrong session may have been chosen at the right door."""
        later = make.session(door.event, "later", starts_at=NOON + timedelta(hours=3))
        earlier = make.session(door.event, "earlier", starts_at=NOON - timedelta(hours=3))
        walk = make.session(door.event, "walk")
        ticket = door.ticket(booked={walk: CONFIRMED})
        told = [door.scan(place, ticket) for place in (later, earlier)]
        assert [(one["verdict"], [session["code"] for session in one["booked"]]) for one in told] == [
            ("too_early", ["walk"]),
            ("too_late", ["walk"]),
        ]

    def test_names_a_booked_session_that_does_not_take_place_as_such(self, door: Doorside, make: Make) -> None:
        talk, walk = make.session(door.event, "talk", capacity=9), make.session(door.event, "walk")
        off = make.session(door.event, "off", status=SessionStatus.CANCELLED)
        booked = door.scan(talk, door.ticket(booked={off: CONFIRMED, walk: CONFIRMED}))["booked"]
        assert [(one["code"], one.get("cancelled")) for one in booked] == [("walk", None), ("off", True)]

    def test_with_another_body_is_refused_and_a_new_id_is_a_new_try(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        claim = door.claim(talk, ticket)
        door.send(claim)
        (other,) = door.send({**claim, "direction": "out"})
        assert (other["verdict"], other["error"]["code"]) == (None, "id_reused")
        assert door.scan(talk, ticket)["verdict"] == "already_in"
        assert door.count(Entry) == 1

    def test_from_another_device_tells_nothing(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        claim = door.claim(talk, door.ticket(booked={talk: CONFIRMED}))
        door.send(claim)
        (stolen,) = door.send(claim, token=door.device())
        assert (stolen["verdict"], stolen["person"], stolen["error"]["code"]) == (None, None, "id_reused")

    def test_as_one_of_another_event_tells_nothing_and_holds_up_nothing(
        self, door: Doorside, make: Make, app: Flask
    ) -> None:
        other = Doorside(app, make, make.event("elsewhere"))
        there, here = make.session(other.event, "there"), make.session(door.event, "here")
        used = other.claim(there, other.ticket(booked={there: CONFIRMED}))
        assert other.send(used)[0]["verdict"] == "admitted"
        stolen, mine = door.send({**used, "place": "session:here"}, door.claim(here, door.ticket()))
        assert (stolen["verdict"], stolen["person"], stolen["error"]["code"]) == (None, None, "id_reused")
        assert mine["verdict"] == "admitted"
        assert door.send(used)[0]["error"]["code"] == "id_reused"

    def test_twice_in_one_batch_is_one_scan(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        claim = door.claim(talk, door.ticket(booked={talk: CONFIRMED}))
        first, second, third = door.send(claim, claim, {**claim, "seq": 4})
        assert first["verdict"] == "admitted"
        assert second == first
        assert third["error"]["code"] == "id_reused"
        assert door.count(Entry) == 1


class TestOneBadScan:
    def test_of_500_is_answered_by_itself_and_499_are_stored(self, door: Doorside, make: Make) -> None:
        hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN)
        claims = [door.claim(hall, act="walk_in", people={"spectator": 1}) for _ in range(500)]
        claims[250] = {**claims[250], "colour": "red", "people": {"spectator": "many"}}
        answers = door.send(*claims)
        assert [answer["id"] for answer in answers] == [claim["id"] for claim in claims]
        assert [answer["verdict"] for answer in answers] == ["counted"] * 250 + [None] + ["counted"] * 249
        assert answers[250]["error"]["code"] == "invalid"
        assert "colour: unknown field; people: expected whole numbers" in answers[250]["error"]["message"]
        assert (door.count(Scan), door.count(Entry), door.places(hall).present) == (499, 499, 499)

    def test_that_the_database_refuses_leaves_the_others_standing(
        self, door: Doorside, make: Make, database: str
    ) -> None:
        hall = make.session(door.event, "hall", admission=AdmissionRule.WALK_IN, capacity=60)
        claims = [door.claim(hall, act="walk_in", people={"spectator": 1}) for _ in range(20)]
        refuse_scan(database, claims[7]["id"])
        answers = door.send(*claims)
        assert [one["verdict"] for one in answers] == ["counted"] * 7 + [None] + ["counted"] * 12
        assert answers[7]["error"]["code"] == "fault"
        assert (door.count(Scan), door.count(Entry), door.places(hall).present) == (19, 19, 19)
        assert [one["verdict"] for one in door.send(*claims)] == [one["verdict"] for one in answers]
        assert door.count(Entry) == 19

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"place": "session:nowhere"}, "no_such_place"),
            ({"place": "entrance:hall:yesterday"}, "no_such_place"),
            ({"gate": "back"}, "no_such_gate"),
            ({"people": {"martian": 1}}, "no_such_category"),
            ({"rid": "AAAA"}, "invalid"),
            ({"new_code": "A" * 27}, "invalid"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_nothing(
        self, door: Doorside, make: Make, change: dict[str, Any], error: str
    ) -> None:
        talk = make.session(door.event, "talk")
        (answer,) = door.send({**door.claim(talk, door.ticket(booked={talk: CONFIRMED})), **change})
        assert (answer["verdict"], answer["error"]["code"]) == (None, error)
        assert answer["error"]["message"]
        assert (door.count(Scan), door.count(Entry)) == (0, 0)


def refuse_scan(database: str, scan_id: str) -> None:
    """The database itself will not take this one."""
    no = "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"
    refused = f"FOR EACH ROW WHEN (NEW.id = '{scan_id}') EXECUTE FUNCTION poison()"
    if database == "sqlite":
        refused = f"WHEN NEW.id = '{scan_id.replace('-', '')}' BEGIN SELECT RAISE(ABORT, 'no'); END"
    with transaction():
        if database == "postgresql":
            db.session.execute(text(no))
        db.session.execute(text(f"CREATE TRIGGER poison BEFORE INSERT ON scan {refused}"))


def test_a_dry_run_gives_the_verdict_and_writes_nothing(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=3)
    ticket = door.ticket(booked={talk: CONFIRMED})
    admitted = door.scan(talk, ticket)
    before = rows_of_every_table()
    other = door.ticket(booked={talk: CONFIRMED})
    before = rows_of_every_table()
    answers = door.send(
        door.claim(talk, other, dry_run=True),
        door.claim(talk, other, dry_run=True, force="other"),
        door.claim(talk, ticket, dry_run=True),
        door.claim(talk, "nonsense", dry_run=True),
        door.claim(talk, act="walk_in", people={"spectator": 1}, dry_run=True),
        door.claim(talk, act="head_count", people={"spectator": -1}, dry_run=True),
        door.claim(talk, act="undo", undoes=admitted["id"], dry_run=True),
        door.claim(talk, ticket, dry_run=True, shown="admitted"),
    )
    assert [one["verdict"] for one in answers] == [
        "admitted", "admitted", "already_in", "unreadable", "counted", "counted", "undone", "already_in",
    ]  # fmt: skip
    assert rows_of_every_table() == before
    assert door.places(talk).present == 1


def test_the_number_of_statements_is_fixed_whatever_the_size_of_the_batch(
    door: Doorside, make: Make, database: str
) -> None:
    """On SQLite event and places are remembered, and by the quick way the device as well."""
    talk = make.session(door.event, "talk", capacity=200)
    first, second, third, *others = [door.claim(talk, door.ticket(booked={talk: CONFIRMED})) for _ in range(53)]
    slug = door.event.slug
    door.send(first, slug=slug)
    door.send(second, slug=slug)
    with noted() as single:
        door.send(third, slug=slug)
    with noted() as batch:
        answers = door.send(*others, slug=slug)
    assert {one["verdict"] for one in answers} == {"admitted"}
    assert (len(single), len(batch)) == ((8, 8) if database == "sqlite" else (14, 14))


def test_a_ledger_line_holds_what_is_counted_later_and_nothing_that_names_anybody(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    with transaction():
        from app.programme.models import Organisation

        school = Organisation(host_id=door.event.host_id, code="s", name={"ja": "学校"}, kind=OrganisationKind.SCHOOL)
        db.session.add(school)
    ticket = door.ticket(
        {"student": 30}, booked={talk: CONFIRMED}, party_kind=PartyKind.CLASS, organisation_id=school.id,
        language="ja-easy", contact_name="Tomo", contact_email="tomo@example.jp", created_at=NOON - timedelta(days=6),
    )  # fmt: skip
    at = NOON + timedelta(minutes=7)
    answer = door.scan(talk, ticket, people={"student": 28}, at=at, seq=41)
    entry = db.session.scalars(select(Entry)).one()
    kept = {
        "method": entry.method, "party_kind": entry.party_kind, "organisation_kind": entry.organisation_kind,
        "language": entry.language, "lead_days": entry.lead_days, "booked": entry.booked, "day": entry.day,
        "slot": entry.slot, "at": entry.at, "device_at": entry.device_at, "received_at": entry.received_at,
    }  # fmt: skip
    assert kept == {
        "method": Method.GROUP_CONFIRMED, "party_kind": PartyKind.CLASS, "organisation_kind": OrganisationKind.SCHOOL,
        "language": "ja-easy", "lead_days": "4-7", "booked": True, "day": NOON.date(),
        "slot": int(at.timestamp()) // 300, "at": at, "device_at": at, "received_at": at,
    }  # fmt: skip
    columns = [repr(getattr(entry, column.key)) for column in inspect(Entry).columns]
    assert [one for one in columns if "Tomo" in one or "tomo" in one] == []
    assert answer["person"] == {"name": "Tomo", "category": "student", "note": None}


def test_the_text_of_a_code_that_is_not_ours_is_never_kept(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    secret = "https://example.org/patients/4711?name=Hanako"
    assert door.scan(talk, secret)["verdict"] == "unreadable"
    assert door.scan(talk, "ABCDEFGHIJKLMNOPQRSTUVW234")["verdict"] == "unknown"
    assert door.scan(talk, "QQQQQQQQQQQQQQQQQQQQQQQQQQ", shown="provisional")["verdict"] == "provisional"
    kept = db.session.scalars(select(Scan).order_by(Scan.code_kind)).all()
    assert [scan.code_kind for scan in kept] == ["other", "ticket", "ticket"]
    told = [repr([getattr(scan, column.key) for column in inspect(Scan).columns]) for scan in kept]
    assert [one for one in told if "Hanako" in one or "UVW234" in one or "QQQQ" in one] == []


class TestShortNumbers:
    def test_are_looked_up_with_the_right_to_search_and_the_line_says_typed(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        spoken = f"{ticket.number[:3]}-{ticket.number[3:]}"
        assert door.scan(talk, spoken)["verdict"] == "admitted"
        assert db.session.scalar(select(Entry.method)) is Method.TYPED

    def test_without_the_right_are_not_looked_up(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        answer = door.scan(talk, ticket.number, token=door.device(rights=("scan",)))
        assert (answer["verdict"], answer["person"], answer["error"]["code"]) == (None, None, "search_right_needed")

    def test_with_a_wrong_check_digit_are_unreadable_and_unknown_ones_unknown(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        wrong = ticket.number[:6] + str((int(ticket.number[6]) + 1) % 10)
        assert door.scan(talk, wrong)["verdict"] == "unreadable"
        assert door.scan(talk, "0000000")["verdict"] == "unknown"

    def test_name_nobody_in_a_dry_run(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED}, staff_note="needs a ramp")
        by_number, by_code = door.claim(talk, ticket.number, dry_run=True), door.claim(talk, ticket, dry_run=True)
        answers = door.send(by_number, by_code)
        assert [one["verdict"] for one in answers] == ["admitted", "admitted"]
        assert [one["person"] and one["person"]["name"] for one in answers] == [None, "Ana"]

    def test_of_one_batch_are_no_more_than_anybody_types(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        guesses = [door.claim(talk, short_number(number), dry_run=True) for number in range(61)]
        answer = door.post({"sent_at": NOON.isoformat(), "scans": guesses})
        assert (answer.status_code, answer.get_json()["detail"]) == (
            422,
            "scans: expected at most 60 with a short number",
        )
        assert len(door.send(*guesses[:60])) == 60

    @pytest.mark.parametrize("more", [{"dry_run": True}, {}, {"shown": "admitted"}])
    def test_that_are_no_tickets_end_the_looking_up_for_a_while(
        self, door: Doorside, make: Make, more: dict[str, Any]
    ) -> None:
        talk = make.session(door.event, "talk")
        ticket = door.ticket(booked={talk: CONFIRMED})
        door.send(*(door.claim(talk, short_number(900 + number), **more) for number in range(59)))
        assert door.scan(talk, ticket.number)["verdict"] == "admitted"
        door.send(door.claim(talk, short_number(999), **more))
        by_number = {"sent_at": NOON.isoformat(), "scans": [door.claim(talk, ticket.number)]}
        assert door.post(by_number).status_code == 429
        assert door.scan(talk, ticket)["verdict"] == "already_in"
        assert door.post(by_number, token=door.device(rights=EVERY_RIGHT)).status_code == 200


HOSTILE = [
    "{0}", "<script>alert(1)</script>", "'; DROP TABLE entry; --", '"quotes" and \\', "\u202egnp.exe\u202c", "𠮷野家",
    "👩‍👩‍👧‍👦", "あ" * 200, "%s %(name)s", "花子\n太郎",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_come_back_unharmed(door: Doorside, make: Make, name: str) -> None:
    talk = make.session(door.event, "talk")
    answer = door.scan(talk, door.ticket(booked={talk: CONFIRMED}, contact_name=name, staff_note=name))
    assert answer["person"] == {"name": name, "category": "spectator", "note": name}


def test_a_device_is_remembered_with_its_clock_and_last_number(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    claims = [door.claim(talk, act="walk_in", people={"spectator": 1}, seq=seq) for seq in (7, 9, 8)]
    door.send(*claims, at=NOON, sent_at=NOON + timedelta(seconds=30))
    device = db.session.scalars(select(Device).where(Device.token_hash == digest(door.token))).one()
    contact = db.session.get_one(DeviceContact, device.id)
    assert (contact.last_seen_at, contact.last_seq, contact.clock_offset_ms) == (NOON, 9, -30_000)
    door.tap(talk, at=NOON + timedelta(minutes=1), seq=10)
    db.session.expire_all()
    assert (contact.last_seen_at, contact.last_seq) == (NOON + timedelta(minutes=1), 10)


def test_the_last_number_of_a_batch_counts_where_an_undo_in_it_had_the_scans_before_it_written(
    door: Doorside, make: Make
) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    taps = [door.claim(talk, act="walk_in", people={"spectator": 1}, seq=seq) for seq in (1, 2, 3, 5)]
    undo = door.claim(talk, act="undo", undoes=taps[0]["id"], seq=4)
    door.send(taps[3], *taps[:3], undo)
    device = db.session.scalars(select(Device).where(Device.token_hash == digest(door.token))).one()
    assert db.session.get_one(DeviceContact, device.id).last_seq == 5


def test_an_undo_in_the_same_batch_finds_what_it_undoes(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", capacity=1)
    ana, ben = door.ticket(booked={talk: CONFIRMED}), door.ticket()
    first = door.claim(talk, ana)
    undo = door.claim(talk, act="undo", undoes=first["id"])
    tap = door.claim(talk, act="walk_in", people={"spectator": 1}, at=NOON + timedelta(minutes=8))
    answers = door.send(
        first, undo, door.claim(talk, ana), tap, door.claim(talk, ben, act="walk_in"), at=NOON + timedelta(minutes=8)
    )
    assert [one["verdict"] for one in answers] == ["admitted", "undone", "admitted", "full", "full"]
    assert door.lines() == [("entry", {"spectator": 1}), ("undo", {"spectator": -1}), ("entry", {"spectator": 1})]
    assert (door.places(talk).present, door.places(talk).arrived) == (1, 1)


def test_a_room_gate_takes_off_people_as_they_were_counted(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.WALK_IN)
    make.room_gate(door.event, talk)
    door.tap(talk, {"spectator": 5})
    (off,) = door.send(door.claim(talk, act="head_count", people={"spectator": -5}, gate="door"))
    assert off["admitted"] == {"spectator": -5}
    seen = door.get("places/session:talk/counts").get_json()
    assert (seen["visits"], seen["people_today"], seen["present"]) == (0, 0, {})


def test_overrides_and_undo_are_audited_by_opaque_ids_scans_are_not(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.BOOKING_ONLY)
    olga = make.olga(door.event)
    token = door.device(rights=EVERY_RIGHT, account_id=olga.id)
    good = door.scan(talk, door.ticket(booked={talk: CONFIRMED}), token=token)
    forced = door.scan(talk, door.ticket(), force="organiser_allowed", token=token)
    door.scan(talk, act="undo", undoes=good["id"], token=token)
    told = [
        (one.account_id, one.verb, one.subject, one.facts)
        for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]
    assert [one[:3] for one in told] == [
        (olga.id, "admit_anyway", f"scan:{forced['id']}"),
        (olga.id, "undo", f"scan:{good['id']}"),
    ]
    assert told[0][3] == {"reason": "organiser_allowed", "instead_of": "not_booked"}


class TestARevokedDevice:
    def test_has_its_ids_named_gets_no_names_and_counts_nothing(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk", capacity=5)
        ana, ben = door.ticket(booked={talk: CONFIRMED}), door.ticket(booked={talk: CONFIRMED})
        earlier = door.claim(talk, ana)
        door.send(earlier)
        revoke(door)
        tap = door.claim(talk, act="walk_in", people={"student": 3})
        claims = [earlier, door.claim(talk, ben, shown="admitted"), tap, door.claim("session:no", "x", gate="back")]
        answers = door.send(*claims)
        assert [one["id"] for one in answers] == [claim["id"] for claim in claims]
        assert [one["verdict"] for one in answers] == ["admitted", "refused", "refused", "refused"]
        assert [one["conflict"] for one in answers] == [None, "quarantined", "quarantined", "quarantined"]
        assert [one["person"] for one in answers] == [None] * 4
        assert door.lines() == [("entry", {"spectator": 1})]
        assert door.places(talk).present == 1
        assert door.conflicts() == ["quarantined"] * 3

    def test_keeps_the_claim_for_whoever_accepts_it_later(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        revoke(door)
        claim = door.claim(talk, act="walk_in", people={"student": 3}, new_today=True)
        door.send(claim)
        kept = door.stored(claim["id"])
        assert kept is not None
        assert kept.facts["claim"] == {
            "direction": "in",
            "people": {"student": 3},
            "new_today": True,
            "place": "session:talk",
        }

    def test_asking_again_writes_nothing_more(self, door: Doorside, make: Make) -> None:
        talk = make.session(door.event, "talk")
        revoke(door)
        claim = door.claim(talk, door.ticket())
        first = door.send(claim)
        before = rows_of_every_table()
        assert [one["verdict"] for one in door.send(claim)] == [one["verdict"] for one in first]
        assert rows_of_every_table() == before

    def test_sees_neither_gates_nor_counters(self, door: Doorside, make: Make) -> None:
        make.session(door.event, "talk")
        revoke(door)
        assert door.get("gates").status_code == 401
        assert door.get("places/session:talk/counts").status_code == 401


def revoke(door: Doorside) -> None:
    with transaction():
        device = db.session.scalars(select(Device).where(Device.token_hash == digest(door.token))).one()
        device.revoked_at = NOON


def test_another_hosts_ticket_is_unknown_here(door: Doorside, make: Make, app: Flask) -> None:
    talk = make.session(door.event, "talk")
    strangers = Doorside(app, make, make.event("elsewhere", host=make.host("kawasaki")))
    answer = door.scan(talk, strangers.ticket())
    assert (answer["verdict"], answer["event"]) == ("unknown", None)


def test_conflicts_point_at_scan_line_ticket_and_place(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk", admission=AdmissionRule.BOOKING_ONLY)
    ticket = door.ticket()
    answer = door.scan(talk, ticket, shown="admitted")
    conflict = db.session.scalars(select(Conflict)).one()
    entry = db.session.scalars(select(Entry)).one()
    assert (str(conflict.scan_id), conflict.entry_id, conflict.ticket_id, conflict.place_id) == (
        answer["id"], entry.id, ticket.id, entry.place_id,
    )  # fmt: skip
    assert door.stored(answer["id"]).facts["refused_as"] == "not_booked"  # type: ignore[union-attr]


def test_numbers_of_a_line_stand_beside_it(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    door.tap(talk, {"spectator": 2, "student": 3, "unknown": 0})
    assert door.lines() == [("entry", {"spectator": 2, "student": 3})]
    assert door.count(EntryNumber) == 2


def test_an_id_that_is_no_uuid_is_named_as_it_was_sent(door: Doorside, make: Make) -> None:
    talk = make.session(door.event, "talk")
    no_scan: Any = "not a scan"
    seven, nothing, good = door.send({**door.claim(talk), "id": "seven"}, no_scan, door.claim(talk, "x"))
    assert (seven["id"], seven["error"]["code"]) == ("seven", "invalid")
    assert (nothing["id"], nothing["error"]["code"]) == (None, "invalid")
    assert good["verdict"] == "unreadable"
