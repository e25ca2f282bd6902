"""Importing: a file becomes an event, a bad file leaves nothing behind, and importing an export changes nothing."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import AuditEntry
from app.db import Model, db, transaction
from app.programme.exports import event_file
from app.programme.models import Category, Event, EventSession, Organisation, PrivacyNotice, SessionPlaces, Venue
from app.programme.rules.documents import document_of
from app.programme.rules.faults import BadDocument
from tests.make import Make
from tests.programme.files import bring_in, demo, programme


def rows_of_everything() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


def versions() -> list[tuple[str, int]]:
    kinds: tuple[Any, ...] = (Event, Category, Venue, Organisation, EventSession)
    return [(kind.__tablename__, version) for kind in kinds for version in db.session.scalars(select(kind.version))]


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_exporting_an_imported_file_gives_the_file_in_normal_form(app: Flask, make: Make, name: str) -> None:
    document = demo(name)
    bring_in(make.host(), document)
    normal = document_of(programme(document))
    assert json.loads(event_file(db.session.scalars(select(Event)).one())) == normal


def test_the_yokohama_file_is_in_normal_form_itself_beside_its_attendance(app: Flask, make: Make) -> None:
    document = demo("yocolab-2023")
    bring_in(make.host(), document)
    del document["attendance"]
    assert json.loads(event_file(db.session.scalars(select(Event)).one())) == document


@pytest.mark.parametrize("name", ["yocolab-2023", "practice"])
def test_importing_an_export_changes_nothing(app: Flask, make: Make, name: str) -> None:
    host = make.host()
    bring_in(host, demo(name))
    before, counted = versions(), rows_of_everything()
    exported = json.loads(event_file(db.session.scalars(select(Event)).one()))
    done = bring_in(host, exported, at=datetime(2030, 1, 1, tzinfo=UTC))
    assert (done.new, done.added, done.changed, done.removed) == (False, 0, 0, 0)
    assert (versions(), rows_of_everything()) == (before, counted)


def test_the_yokohama_programme_has_its_thirteen_sessions_in_four_rooms_of_two_venues(app: Flask, make: Make) -> None:
    bring_in(make.host(), demo("yocolab-2023"))
    exported = json.loads(event_file(db.session.scalars(select(Event)).one()))
    assert [session["code"] for session in exported["sessions"]] == [f"s{n:02d}" for n in range(1, 14)]
    assert [len(venue["rooms"]) for venue in exported["venues"]] == [3, 1]
    venue = db.session.scalars(select(Venue).where(Venue.slug == "city-hall")).one()
    assert venue.latitude == Decimal("35.450100")
    start = db.session.scalar(select(EventSession.starts_at).where(EventSession.code == "s01"))
    assert start == datetime(2023, 10, 30, 0, 30, tzinfo=UTC)


def test_practice_is_moved_so_that_today_is_its_third_day(app: Flask, make: Make) -> None:
    bring_in(make.host(), demo("practice"))
    event = db.session.scalars(select(Event)).one()
    assert (event.starts_on.isoformat(), event.ends_on.isoformat()) == ("2026-10-01", "2026-10-06")
    start = db.session.scalar(select(EventSession.starts_at).where(EventSession.code == "gallery-3"))
    assert start == datetime(2026, 10, 2, 15, 0, tzinfo=UTC)


def test_a_bad_file_writes_nothing(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("yocolab-2023")
    document["sessions"][12]["room"] = "nowhere/at-all"
    before = rows_of_everything()
    with pytest.raises(BadDocument, match=r"sessions\[12\]\.room"):
        bring_in(host, document)
    assert rows_of_everything() == before


def test_an_address_of_another_host_is_taken(app: Flask, make: Make) -> None:
    bring_in(make.host("yokohama"), demo("practice"))
    other = make.host("kawasaki")
    before = rows_of_everything()
    with pytest.raises(BadDocument) as refused:
        bring_in(other, demo("practice"))
    assert [str(fault) for fault in refused.value.faults] == [
        'event.slug: "practice" – expected an address that is not taken'
    ]
    assert rows_of_everything() == before


def test_two_hosts_keep_their_own_venues_and_organisations(app: Flask, make: Make) -> None:
    first, second = make.host("yokohama"), make.host("kawasaki")
    document = demo("practice")
    bring_in(first, document)
    document["event"]["slug"] = "second"
    document["venues"][0]["name"] = {"ja": "別の市庁舎"}
    bring_in(second, document)
    names = db.session.execute(select(Venue.host_id, Venue.name).where(Venue.slug == "mihon-city-hall")).all()
    assert sorted((host, name["ja"]) for host, name in names) == [
        (first.id, "みほん市庁舎"), (second.id, "別の市庁舎")
    ]  # fmt: skip


def test_what_the_file_changes_is_changed_and_what_it_drops_is_removed(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("practice")
    bring_in(host, document)
    document["sessions"] = [one for one in document["sessions"] if one["code"] != "evening-walk"]
    document["sessions"][0]["title"]["ja"] = "新しい題"
    document["speakers"] = [*document["speakers"], {"code": "new", "name": {"ja": "見本 三郎"}}]
    done = bring_in(host, document)
    assert (done.added, done.changed, done.removed) == (1, 1, 1)
    assert db.session.scalar(select(EventSession.id).where(EventSession.code == "evening-walk")) is None


def test_a_session_that_people_depend_on_is_not_removed(app: Flask, make: Make) -> None:
    from checkin.models import Place

    host = make.host()
    document = demo("practice")
    done = bring_in(host, document)
    session = db.session.scalars(select(EventSession).where(EventSession.code == "opening")).one()
    with transaction():
        db.session.add(Place(event_id=done.event_id, session_id=session.id))
    document["sessions"] = [one for one in document["sessions"] if one["code"] not in ("opening", "voices")]
    with pytest.raises(BadDocument) as refused:
        bring_in(host, document)
    assert [str(fault) for fault in refused.value.faults] == [
        "sessions: opening – expected it among the sessions: people booked it or came; cancel it instead"
    ]
    assert db.session.scalar(select(EventSession.id).where(EventSession.code == "voices")) is not None


def test_a_capacity_below_what_is_promised_is_refused_and_one_above_is_kept(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("practice")
    bring_in(host, document)
    session = db.session.scalars(select(EventSession).where(EventSession.code == "disaster-game")).one()
    with transaction():
        db.session.get_one(SessionPlaces, session.id).promised = 18
    [wanted] = [one for one in document["sessions"] if one["code"] == "disaster-game"]
    wanted["capacity"] = 17
    with pytest.raises(BadDocument) as refused:
        bring_in(host, document)
    assert [str(fault) for fault in refused.value.faults] == [
        "sessions[disaster-game].capacity: 17 – expected 18 or more, as promised"
    ]
    wanted["capacity"] = 18
    bring_in(host, document)
    assert db.session.get_one(SessionPlaces, session.id).capacity == 18


def test_a_session_without_capacity_has_the_rooms_and_follows_it(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("practice")
    bring_in(host, document)
    limit = (
        select(SessionPlaces.capacity)
        .join(EventSession, EventSession.id == SessionPlaces.session_id)
        .where(EventSession.code == "finding-treasure")
    )
    assert db.session.scalar(limit) == 60
    [session] = [one for one in document["sessions"] if one["code"] == "finding-treasure"]
    assert "capacity" not in session
    assert document["venues"][1]["rooms"][0]["capacity"] == 60
    document["venues"][1]["rooms"][0]["capacity"] = 50
    bring_in(host, document)
    assert db.session.scalar(limit) == 50


def test_a_changed_notice_needs_a_higher_number_and_the_old_text_stays(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("practice")
    bring_in(host, document)
    document["privacy_notice"]["text"] = {"ja": "別の文"}
    with pytest.raises(BadDocument, match="a higher number, because the text changed"):
        bring_in(host, document)
    document["privacy_notice"]["number"] = 2
    bring_in(host, document)
    assert list(db.session.scalars(select(PrivacyNotice.number).order_by(PrivacyNotice.number))) == [1, 2]


def test_an_import_that_changes_something_leaves_one_audit_line_and_none_otherwise(app: Flask, make: Make) -> None:
    host = make.host()
    bring_in(host, demo("practice"))
    bring_in(host, demo("practice"))
    assert list(db.session.scalars(select(AuditEntry.verb))) == ["import"]


def test_a_notice_about_photographs_stands_in_no_way_of_the_privacy_notice(app: Flask, make: Make) -> None:
    host, document = make.host(), demo("practice")
    done = bring_in(host, document)
    at = datetime(2026, 10, 1, tzinfo=UTC)
    with transaction():
        db.session.add(
            PrivacyNotice(event_id=done.event_id, kind="photo", number=9, text={"ja": "写真"}, created_at=at)
        )
    document["privacy_notice"] |= {"text": {"ja": "別の文"}, "number": 2}
    bring_in(host, document)
    found = db.session.execute(select(PrivacyNotice.kind, PrivacyNotice.number).order_by(PrivacyNotice.id))
    assert [tuple(row) for row in found] == [("privacy", 1), ("photo", 9), ("privacy", 2)]
