"""The organiser's registrations: found in any spelling, narrowed by the address, known whole, acted on by many."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func

from app import clock
from app.audit import AuditEntry
from app.console.forms.words import KINDS, SOURCES, STATES
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.rules import LetterState
from app.programme.models import EventSession, SessionPlaces
from app.programme.rules import AdmissionRule
from registrations.models import Answer, Attendee, Question, Registration
from registrations.queries.history import bookings_of
from registrations.rules import BookingState, PartyKind, Source
from tests.accounts.test_sign_in import csrf_of
from tests.console.conftest import Cast
from tests.console.test_pages import counted_queries, text
from tests.make import NOON, Make, both

LIST = "/console/events/fair/registrations"
HOSTILE = ("<script>alert(1)</script>", 'O\'Neil "{{ 7*7 }}"', "\u202eeman", "𠮷田 👩‍👩‍👧", "=1+1", "x" * 200)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def talk(cast: Cast, make: Make) -> EventSession:
    session = make.session(cast.event, "talk", capacity=5, starts_at=NOON + timedelta(hours=2))
    make.release(cast.event)
    return session


def post(client: FlaskClient, path: str, **typed: Any) -> Any:
    """Send a form."""
    return client.post(path, data={"csrf_token": csrf_of(client, "/console/"), **typed})


def settled(client: FlaskClient, path: str) -> str:
    """An errand's page when it is done."""
    for _ in range(500):
        page = client.get(path).get_data(as_text=True)
        if 'http-equiv="refresh"' not in page:
            db.session.rollback()
            return page
        time.sleep(0.02)
    raise AssertionError("the errand does not end")


def names(page: str) -> list[str]:
    return re.findall(r'class="row-title"><a href="[^"]+">([^<]*)</a>', page)


def rewrite(registration: Registration, **columns: Any) -> None:
    with transaction():
        row = db.session.get_one(Registration, registration.id)
        for name, value in columns.items():
            setattr(row, name, value)


def promised(session: EventSession) -> int:
    db.session.rollback()
    return db.session.get_one(SessionPlaces, session.id, populate_existing=True).promised


@pytest.mark.parametrize(
    "sought",
    [
        "やまだ",
        "ﾔﾏﾀﾞ",
        "ヤマダ",
        "山田花子",
        "山田　花子",
        "花子 やまだ",
        "本牧小",
        "ＨＡＮＡＫＯ",
        "045-0001234",
        "0450001234",
    ],
)
def test_a_name_is_found_however_it_is_spelled(cast: Cast, make: Make, talk: EventSession, sought: str) -> None:
    hanako = make.registration(cast.event, talk, name="山田 花子", email="hanako@example.jp")
    make.registration(cast.event, talk, name="Ben")
    rewrite(hanako, contact_phone="045-000-1234", sought_as="山田花子\nやまだはなこ\n本牧小学校")
    assert names(text(cast.olga, f"{LIST}?q={sought}")) == ["山田 花子"]


def test_old_rows_are_found_by_name_and_signs_of_patterns_are_signs(cast: Cast, make: Make, talk: EventSession) -> None:
    old = make.registration(cast.event, talk, name="Old Name_100%")
    rewrite(old, sought_as=None)
    assert names(text(cast.olga, f"{LIST}?q=old+name")) == ["Old Name_100%"]
    assert names(text(cast.olga, f"{LIST}?q=%25")) == ["Old Name_100%"]
    assert names(text(cast.olga, f"{LIST}?q=_1")) == ["Old Name_100%"]
    assert names(text(cast.olga, f"{LIST}?q=d_N")) == []


@pytest.mark.parametrize(("language", "said"), [("ja", "10月3日（土） 14:00 講演"), ("en", "Sat 3 Oct 14:00 Talk")])
def test_a_session_to_narrow_to_has_its_day_and_time(cast: Cast, talk: EventSession, language: str, said: str) -> None:
    page = text(cast.olga, f"{LIST}?lang={language}")
    assert re.search(rf'<option value="talk"[^>]*>{said}', page)


def test_filters_stand_in_the_address(cast: Cast, make: Make, talk: EventSession) -> None:
    other = make.session(cast.event, "other", starts_at=NOON + timedelta(hours=5))
    make.registration(cast.event, talk, name="Ana", email="ana@example.jp", language="en")
    pupils = make.registration(cast.event, other, name="School", numbers={"student": 3})
    blocked = make.registration(cast.event, name="Blocked", at=NOON - timedelta(days=2))
    rewrite(pupils, party_kind=PartyKind.CLASS, source=Source.DESK)
    rewrite(blocked, blocked_at=NOON)
    expected = {
        "session=talk": ["Ana"],
        "session=talk&state=waiting": [],
        "state=confirmed": ["Ana", "School"],
        "category=student": ["School"],
        "kind=class": ["School"],
        "unconfirmed=1": ["School"],
        "language=en": ["Ana"],
        "source=desk": ["School"],
        "mail=with": ["Ana"],
        "mail=without": ["Blocked", "School"],
        "standing=blocked": ["Blocked"],
        "standing=accepted": ["Ana", "School"],
        "standing=cancelled": [],
        "session=talk&category=student": [],
        "session=nonsense": [],
        "kind=nonsense&state=1&language=xx": ["Ana", "Blocked", "School"],
    }
    found = {query: sorted(names(text(cast.olga, f"{LIST}?{query}"))) for query in expected}
    assert found == expected
    page = text(cast.olga, f"{LIST}?category=student&lang=en")
    assert "1 registration, 3 people" in page
    assert '<option value="student" selected>' in page


def test_the_list_is_sorted_and_pages_keep_the_filter(
    cast: Cast, make: Make, talk: EventSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.console.views.registrations.LINES_A_PAGE", 2)
    for days, (name, reading) in enumerate((("山田", "やまだ"), ("阿部", "あべ"), ("Mia", None))):
        row = make.registration(cast.event, talk, name=name, at=NOON - timedelta(days=9 - days))
        rewrite(row, contact_reading=reading)
    assert names(text(cast.olga, LIST)) == ["Mia", "阿部"]
    assert names(text(cast.olga, f"{LIST}?order=oldest")) == ["山田", "阿部"]
    assert names(text(cast.olga, f"{LIST}?order=name&page=2")) == ["山田"]
    assert f"{LIST}?page=2&amp;language=ja&amp;order=oldest" in text(cast.olga, f"{LIST}?order=oldest&language=ja")


def test_queries_of_list_and_person_do_not_grow(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    sizes = []
    for name in ("Ana", "Ben", "Chie"):
        row = make.registration(cast.event, talk, name=name, email="a@example.jp")
        with counted_queries(app) as sent:
            text(cast.olga, f"{LIST}?session=talk&q=a&order=name")
            text(cast.olga, f"{LIST}/{row.uuid}")
            text(cast.olga, f"{LIST}/doubles")
        sizes.append(len(sent))
    assert sizes[0] == sizes[1] == sizes[2]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_everywhere(cast: Cast, make: Make, talk: EventSession, name: str) -> None:
    row = make.registration(cast.event, talk, name=name, email="x@example.jp")
    twin = make.registration(cast.event, talk, name=name, email="x@example.jp")
    rewrite(row, group_name=name, staff_note=name, needs=name, contact_phone="045-000-1234")
    for path in (LIST, f"{LIST}?q={name[:20]}", f"{LIST}/{row.uuid}", f"{LIST}/{row.uuid}/change", f"{LIST}/doubles"):
        assert "<script>alert" not in text(cast.olga, path)
    asked = post(cast.olga, f"{LIST}/acts", act="block", whom="ticked", who=[str(row.uuid), str(twin.uuid)])
    assert "<script>alert" not in text(cast.olga, asked.location)


def test_one_page_tells_the_whole_history(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, talk, name="Ana", email="ana@example.jp", numbers={"student": 2})
    with transaction():
        question = Question(event_id=cast.event.id, kind="short", label=both("学年", "Year"), support={}, choices=[],
                            audience=[])  # fmt: skip
        db.session.add(question)
        db.session.flush()
        db.session.add(Answer(registration_id=row.id, question_id=question.id, value={"text": "third <year>"}))
        student = make.categories(cast.event)["student"].id
        db.session.add(Attendee(registration_id=row.id, category_id=student, name="Bea <b>", reading="びー"))
    post(cast.olga, f"{LIST}/{row.uuid}/block")
    page = text(cast.olga, f"{LIST}/{row.uuid}?lang=en")
    letter = db.session.scalars(db.select(Letter)).one()
    for expected in (
        "ana@example.jp", "Talk 1", "third &lt;year&gt;", "Bea &lt;b&gt; (びー)", "Blocked by staff (Olga)",
        "Use of personal data",
        f"/console/events/fair/letters/{letter.uuid}", "No door has seen this ticket.",
    ):  # fmt: skip
        assert expected in page
    assert cast.statuses(f"{LIST}/{row.uuid}") == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302
    }  # fmt: skip


def test_a_registration_of_another_event_is_not_there(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, talk)
    other = f"/console/events/other/registrations/{row.uuid}"
    assert cast.sam.get(other).status_code == 404
    assert post(cast.sam, f"{other}/block").status_code == 404
    assert db.session.get_one(Registration, row.id, populate_existing=True).blocked_at is None


def cancel_one(cast: Cast, row: Registration) -> None:
    """After the question that names it."""
    page = ask(cast, "cancel", row)
    post(cast.olga, f"{page}/yes")
    assert f'{LIST}/{row.uuid}"' in settled(cast.olga, page)


def test_staff_cancel_block_and_write_again(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, talk, email="ana@example.jp")
    here = f"{LIST}/{row.uuid}"
    for _twice in range(2):
        assert post(cast.olga, f"{here}/letter").status_code == 303
    assert db.session.scalar(db.select(func.count(Letter.id))) == 2
    post(cast.olga, f"{here}/block")
    assert db.session.get_one(Registration, row.id, populate_existing=True).blocked_at == NOON
    assert post(cast.olga, f"{here}/letter").status_code == 409
    cancel_one(cast, row)
    assert promised(talk) == 1
    post(cast.olga, f"{here}/unblock")
    cancel_one(cast, row)
    assert promised(talk) == 0
    verbs = list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.id)))
    assert verbs[-5:] == [
        "registration.resend", "registration.resend", "registration.block", "registration.unblock",
        "registration.cancel",
    ]  # fmt: skip


def test_staff_change_also_after_registration_has_closed(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, name="Ana")
    with transaction():
        db.session.merge(cast.event).registration_closes_at = NOON - timedelta(hours=1)
    here = f"{LIST}/{row.uuid}/change"
    typed = {
        "name": "Anna", "reading": "アンナ", "phone": "０４５ー０００ー１２３４", "email": "", "language": "en",
        "sessions": "talk", "with-spectator": "2", "with-student": "0", "kind": "class", "group_name": "本牧小学校",
        "version": str(row.version), "staff_note": "by phone",
    }  # fmt: skip
    assert post(cast.olga, here, **typed).status_code == 303
    stands = db.session.get_one(Registration, row.id, populate_existing=True)
    assert (stands.contact_name, stands.contact_phone, stands.party_kind, stands.sought_as) == (
        "Anna", "045-000-1234", PartyKind.CLASS, "anna\nあんな\n本牧小学校"
    )  # fmt: skip
    assert promised(talk) == 2
    stale = post(cast.olga, here, **{**typed, "staff_note": "other"})
    assert stale.status_code == 409
    assert "other" in stale.get_data(as_text=True)
    wrong = post(cast.olga, here, **{**typed, "phone": "call me", "reading": "漢字"})
    assert wrong.status_code == 422
    assert "call me" in wrong.get_data(as_text=True)


def test_staff_say_for_a_class_whether_its_numbers_stand(cast: Cast, make: Make, talk: EventSession) -> None:
    row = make.registration(cast.event, name="Tomo")
    with transaction():
        db.session.get_one(Registration, row.id).party_kind = PartyKind.CLASS
    here = f"{LIST}/{row.uuid}/change"
    typed = {"name": "Tomo", "language": "ja", "with-spectator": "30", "kind": "class"}
    assert post(cast.olga, here, **typed, version=str(row.version)).status_code == 303
    stands = db.session.get_one(Registration, row.id, populate_existing=True)
    assert stands.numbers_confirmed_at is None
    assert 'name="numbers_stand"' in text(cast.olga, here)
    said = {"version": str(stands.version), "numbers_stand": "y"}
    assert post(cast.olga, here, **typed, **said).status_code == 303
    assert db.session.get_one(Registration, row.id, populate_existing=True).numbers_confirmed_at == NOON


def ask(cast: Cast, act: str, *rows: Registration, **more: Any) -> str:
    """The page that asks before an act on many; its address."""
    asked = post(cast.olga, f"{LIST}/acts", act=act, whom="ticked", who=[str(row.uuid) for row in rows], **more)
    assert asked.status_code == 303
    location: str = asked.location
    return location


def test_many_are_cancelled_and_restored(cast: Cast, make: Make, talk: EventSession) -> None:
    cast.olga.set_cookie("uketsuke_display", "en.standard.standard", domain="localhost")
    rows = [make.registration(cast.event, talk, name=f"Guest {n}", numbers={"spectator": 2}) for n in (1, 2)]
    page = ask(cast, "cancel", *rows)
    assert "Guest 1" in text(cast.olga, page)
    assert promised(talk) == 4
    post(cast.olga, f"{page}/yes")
    assert "Done for 2 registrations." in settled(cast.olga, f"{page}?lang=en")
    assert promised(talk) == 0
    post(cast.olga, f"{page}/yes")
    make.registration(cast.event, talk, numbers={"spectator": 2}, name="Quick")
    post(cast.olga, f"{page}/undo")
    restored = settled(cast.olga, f"{page}?lang=en")
    assert "Undone for 2 registrations." in restored
    assert "Not restored, because it is full or over: talk" in restored
    assert promised(talk) == 4
    standing = db.session.scalars(db.select(Registration).where(Registration.cancelled_at.is_(None))).all()
    assert len(standing) == 3


def test_all_that_a_filter_finds_are_blocked_and_unblocked(cast: Cast, make: Make, talk: EventSession) -> None:
    make.registration(cast.event, talk, name="Ana")
    make.registration(cast.event, talk, name="Ben", language="en")
    asked = post(cast.olga, f"{LIST}/acts", act="block", whom="all", language="en")
    post(cast.olga, f"{asked.location}/yes")
    settled(cast.olga, asked.location)
    assert names(text(cast.olga, f"{LIST}?standing=blocked")) == ["Ben"]
    post(cast.olga, f"{asked.location}/undo")
    settled(cast.olga, asked.location)
    assert names(text(cast.olga, f"{LIST}?standing=blocked")) == []


def test_an_act_belongs_to_who_asked_for_it(cast: Cast, make: Make, talk: EventSession) -> None:
    page = ask(cast, "cancel", make.registration(cast.event, talk))
    assert cast.statuses(page) == {
        "owner": 404, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302
    }  # fmt: skip
    assert post(cast.owner, f"{page}/yes").status_code == 404
    assert post(cast.olga, f"{LIST}/acts", act="cancel", whom="ticked").status_code == 422
    assert post(cast.olga, f"{LIST}/acts", act="forget", whom="all").status_code == 422
    with clock.frozen(NOON + timedelta(hours=1, minutes=1)):
        assert cast.olga.get(page).status_code == 404


def test_what_was_cut_off_says_so(cast: Cast, make: Make, talk: EventSession, app: Flask) -> None:
    page = ask(cast, "cancel", make.registration(cast.event, talk))
    (state,) = (app.extensions["uketsuke_settings"].data_dir / "errands").glob("*/errand.json")
    state.write_text(state.read_text().replace('"asked"', '"running"'))
    running = text(cast.olga, page)
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in running
    assert re.search(r'<progress[^>]*max="1" value="0"[^>]*data-live', running)
    with clock.frozen(NOON + timedelta(minutes=3)):
        response = cast.olga.get(f"{page}?lang=en")
    assert 'http-equiv="refresh"' not in response.get_data(as_text=True)
    assert "It was interrupted" in response.get_data(as_text=True)


def test_a_place_is_not_restored_once_its_door_has_opened(cast: Cast, make: Make, talk: EventSession) -> None:
    page = ask(cast, "cancel", make.registration(cast.event, talk))
    post(cast.olga, f"{page}/yes")
    settled(cast.olga, page)
    with transaction():
        db.session.get_one(EventSession, talk.id, populate_existing=True).door_opens_at = NOON - timedelta(minutes=1)
    post(cast.olga, f"{page}/undo")
    assert "talk" in settled(cast.olga, page)
    assert promised(talk) == 0


def test_what_changed_meanwhile_is_not_restored(cast: Cast, make: Make, talk: EventSession) -> None:
    cast.olga.set_cookie("uketsuke_display", "en.standard.standard", domain="localhost")
    row = make.registration(cast.event, talk)
    page = ask(cast, "cancel", row)
    post(cast.olga, f"{page}/yes")
    settled(cast.olga, page)
    rewrite(row, cancelled_at=NOON + timedelta(minutes=1))
    post(cast.olga, f"{page}/undo")
    assert "It was changed meanwhile" in settled(cast.olga, f"{page}?lang=en")


def test_a_restored_one_gets_no_letter_about_a_cancellation_that_was_never_sent(
    cast: Cast, make: Make, talk: EventSession
) -> None:
    row = make.registration(cast.event, talk, email="ana@example.jp")
    page = ask(cast, "cancel", row)
    post(cast.olga, f"{page}/yes")
    settled(cast.olga, page)
    post(cast.olga, f"{page}/undo")
    settled(cast.olga, page)
    letters = db.session.execute(db.select(Letter.kind, Letter.state).order_by(Letter.id)).all()
    assert [tuple(one) for one in letters] == [
        ("confirmed", LetterState.WITHDRAWN), ("cancelled", LetterState.WITHDRAWN), ("confirmed", LetterState.QUEUED),
    ]  # fmt: skip


def test_groups_of_the_same_name_are_told_apart(cast: Cast, make: Make, talk: EventSession) -> None:
    """Whoever goes from form to form by their names hears two."""
    for phone in ("045-000-1111", "045-000-2222"):
        for _ in range(2):
            make.registration(cast.event, talk, name="Ana", email=f"{phone}@example.jp")
    heads = re.findall(r'<h2 id="group-\d+">(.*?)</h2>', text(cast.olga, f"{LIST}/doubles"))
    assert (len(heads), len(set(heads))) == (2, 2)


def test_doubles_are_shown_and_become_one(cast: Cast, make: Make, talk: EventSession) -> None:
    one = make.registration(cast.event, talk, name="山田花子", email="h@example.jp", at=NOON - timedelta(days=3))
    other = make.registration(cast.event, name="山田　花子", email="H@example.jp")
    rewrite(make.registration(cast.event, name="Ben"), contact_phone="+81 45-000-1234")
    rewrite(make.registration(cast.event, name="Benjamin"), contact_phone="045-000-1234")
    make.registration(cast.event, name="Chie", email="h@example.jp")
    page = text(cast.olga, f"{LIST}/doubles")
    assert names(page) == ["山田花子", "山田　花子", "Ben", "Benjamin"]
    asked = post(cast.olga, f"{LIST}/acts/doubles", of=[str(one.uuid), str(other.uuid)], keep=str(other.uuid))
    post(cast.olga, f"{asked.location}/yes")
    assert "/undo" not in settled(cast.olga, asked.location)
    post(cast.olga, f"{asked.location}/undo")
    settled(cast.olga, asked.location)
    one, other = other, one
    assert [row.code for row in bookings_of(one.id)] == ["talk"]
    assert db.session.get_one(Registration, other.id, populate_existing=True).cancelled_at is not None
    assert db.session.get_one(Registration, one.id, populate_existing=True).cancelled_at is None
    double = db.session.scalars(db.select(AuditEntry).filter_by(verb="registration.double")).one()
    assert (double.subject, double.facts) == (f"registration:{other.uuid}", {"kept": f"registration:{one.uuid}"})
    assert names(text(cast.olga, f"{LIST}/doubles")) == ["Ben", "Benjamin"]
    assert post(cast.olga, f"{LIST}/acts/doubles", of=str(one.uuid)).status_code == 422


def desk(**more: str) -> dict[str, str]:
    return {
        "name": "田中 一郎", "reading": "たなか いちろう", "phone": "045-000-9999", "language": "ja",
        "with-spectator": "2", "with-student": "", "sessions": "talk", "kind": "", **more,
    }  # fmt: skip


def hidden(client: FlaskClient) -> dict[str, str]:
    """What a browser sends of the desk's form without anybody typing it."""
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', text(client, f"{LIST}/new"))
    found = {}
    for one in fields:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name and value:
            found[name[1]] = value[1]
    return found


def taken(client: FlaskClient, **typed: str) -> Any:
    return client.post(f"{LIST}/new", data={**hidden(client), **typed})


def test_the_desk_takes_a_registration_down(cast: Cast, make: Make, talk: EventSession) -> None:
    with transaction():
        db.session.merge(cast.event).registration_closes_at = NOON - timedelta(hours=1)
    made = taken(cast.olga, **desk())
    assert made.status_code == 303
    row = db.session.scalars(db.select(Registration)).one()
    assert (row.source, row.contact_email, row.language, row.contact_reading) == (
        Source.DESK, None, "ja", "たなか いちろう"
    )  # fmt: skip
    number = make.ticket(row).number
    page = text(cast.olga, made.location)
    assert f"{number[:3]}-{number[3:]}" in page
    assert f"/t/{make.ticket(row).code}" in page
    assert promised(talk) == 2
    assert db.session.scalars(db.select(AuditEntry.verb)).all()[-1] == "registration.add"
    assert cast.statuses(f"{LIST}/new") == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302
    }  # fmt: skip


def test_the_desk_books_what_is_closed_for_the_public_and_says_so(cast: Cast, make: Make) -> None:
    later = NOON + timedelta(hours=2)
    make.session(cast.event, "late", starts_at=later, booking_closes_at=NOON - timedelta(hours=1))
    make.session(cast.event, "staff", starts_at=later + timedelta(hours=2), admission=AdmissionRule.CLOSED)
    make.session(cast.event, "over", starts_at=NOON - timedelta(hours=5))
    make.release(cast.event)
    page = text(cast.olga, f"{LIST}/new")
    assert ("一般の申込は締め切りました。" in page, "関係者のみのプログラムです。" in page) == (True, True)
    for code in ("late", "staff"):
        assert re.search(rf'<input[^>]*value="{code}"[^>]*>', page)
        assert "disabled" not in re.findall(rf'<input[^>]*value="{code}"[^>]*>', page)[0]
    kept = taken(cast.olga, **{**desk(name=""), "sessions": "late"})
    assert "checked" in re.findall(r'<input[^>]*value="late"[^>]*>', kept.get_data(as_text=True))[0]
    made = cast.olga.post(f"{LIST}/new", data={**hidden(cast.olga), **desk(), "sessions": ["late", "staff"]})
    assert made.status_code == 303
    row = db.session.scalars(db.select(Registration)).one()
    assert [one.code for one in bookings_of(row.id)] == ["late", "staff"]
    assert 'value="late"' in text(cast.olga, f"{LIST}/{row.uuid}/change")
    assert taken(cast.olga, **{**desk(name="ほか", phone="", reading=""), "sessions": "over"}).status_code == 409


def test_a_likely_double_is_pointed_out_before_it_is_saved(cast: Cast, make: Make, talk: EventSession) -> None:
    taken(cast.olga, **desk())
    pointed = taken(cast.olga, **desk(name="タナカ", reading="", phone="+81-45-000-9999"))
    assert pointed.status_code == 422
    page = pointed.get_data(as_text=True)
    assert "田中 一郎" in page
    assert 'value="+81-45-000-9999"' in page
    assert db.session.scalar(db.select(func.count(Registration.id))) == 1
    assert taken(cast.olga, again="1", **desk(name="タナカ", reading="", phone="+81-45-000-9999")).status_code == 303
    assert db.session.scalar(db.select(func.count(Registration.id))) == 2


def test_the_same_desk_form_sent_twice_is_taken_once(cast: Cast, make: Make, talk: EventSession) -> None:
    sent = {**hidden(cast.olga), **desk()}
    first, second = (cast.olga.post(f"{LIST}/new", data=sent) for _ in range(2))
    assert first.location == second.location
    assert db.session.scalar(db.select(func.count(Registration.id))) == 1


def test_what_the_desk_cannot_take_is_said_and_kept(cast: Cast, make: Make, talk: EventSession) -> None:
    full = taken(cast.olga, **desk(**{"with-spectator": "6"}))
    assert full.status_code == 409
    assert "田中 一郎" in full.get_data(as_text=True)
    nobody = taken(cast.olga, **desk(name="", phone="x" * 50))
    assert nobody.status_code == 422
    assert db.session.scalar(db.select(func.count(Registration.id))) == 0


def test_an_event_that_is_not_published_takes_nothing_down(cast: Cast) -> None:
    assert cast.olga.get(f"{LIST}/new").status_code == 409


def test_states_of_bookings_are_all_named() -> None:
    assert (set(STATES), set(KINDS), set(SOURCES)) == (set(BookingState), set(PartyKind), set(Source))
