"""The registration form as people meet it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, PrivacyNotice
from app.programme.rules import AdmissionRule, EventStatus, SessionStatus
from registrations.models import BookingLine, Consent, PartyNumber, Registration
from registrations.views import registering
from tests.make import NOON, Make, both
from tests.registrations.views.forms import errors_on, key_on, send, typed
from tests.statements import noted

AT = NOON - timedelta(days=30)
ENGLISH = "?lang=en"


@pytest.fixture(autouse=True)
def a_month_before() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def event(make: Make) -> Event:
    """A released event with one session of ten places."""
    made = make.event()
    make.session(made, "talk", capacity=10, title=both("講演", "Talk"))
    return make.release(made)


def only_registration() -> Registration:
    made: Registration = db.session.scalars(db.select(Registration)).one()
    return made


def none_kept() -> bool:
    return db.session.scalars(db.select(Registration)).first() is None


def test_the_full_form_leads_to_the_private_link(client: FlaskClient, event: Event) -> None:
    answer = send(client, event, ENGLISH, sessions=["talk"], email="ana@example.jp", with__student="2")
    made = only_registration()
    assert (answer.status_code, answer.location) == (303, f"/r/{made.link}?done=registered")
    assert (made.contact_name, made.contact_email, made.language) == ("Ana", "ana@example.jp", "en")
    assert {row.number for row in db.session.scalars(db.select(PartyNumber))} == {1, 2}
    assert client.get(answer.location).status_code == 200


def test_consent_is_given_to_the_notice_that_stood_on_the_page(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    with transaction():
        db.session.add(PrivacyNotice(event_id=event.id, number=2, text=both("新しい"), created_at=AT))
    client.post(f"/events/{event.slug}/register", data={"key": key_on(page), **typed()})
    consent = db.session.scalars(db.select(Consent)).one()
    assert db.session.get_one(PrivacyNotice, consent.notice_id).number == 1
    assert consent.given_at == AT


def test_from_a_sessions_page_it_is_three_inputs(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register?session=talk").get_data(as_text=True)
    outside_more = re.sub(r"<details class=\"more\".*?</details>", "", page, flags=re.DOTALL)
    main = outside_more[outside_more.index("<main") : outside_more.index("</main>")]
    names = re.findall(r'<input(?![^>]*type="hidden")[^>]*name="([^"]+)"', main)
    assert list(dict.fromkeys(names)) == ["homepage", "name", "category", "consent"], "the first is a trap nobody sees"
    answer = send(client, event, "?session=talk", sessions=["talk"])
    assert answer.status_code == 303
    assert db.session.scalars(db.select(BookingLine.number)).all() == [1]


def test_nothing_is_preselected_but_the_session_one_came_from(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register").get_data(as_text=True)
    assert re.findall(r"<input[^>]*\bchecked", page) == []


def test_a_session_that_cannot_be_booked_falls_back_to_the_whole_form(
    client: FlaskClient, event: Event, make: Make
) -> None:
    make.session(event, "walk", admission=AdmissionRule.WALK_IN)
    make.release(event)
    for code in ("nonsense", "<script>", "", "walk"):
        page = client.get(f"/events/{event.slug}/register?session={code}")
        assert page.status_code == 200
        assert 'type="checkbox" id="sessions-talk"' in page.get_data(as_text=True)


def test_sessions_that_need_no_booking_are_shown_and_not_tickable(
    client: FlaskClient, event: Event, make: Make
) -> None:
    for rule in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED):
        make.session(event, f"s-{rule.value}", admission=rule, title=both(rule.value))
    make.session(event, "gone", status=SessionStatus.CANCELLED, title=both("gone"))
    make.release(event)
    page = client.get(f"/events/{event.slug}/register").get_data(as_text=True)
    assert re.findall(r'name="sessions" value="([^"]+)"', page) == ["talk"]
    shown = re.findall(r'<a href="/events/fair/sessions/([^"]+)">', page)
    assert [code for code in shown if code.startswith("s-")] == ["s-walk_in"]


def test_a_full_session_is_named_and_everything_typed_stays(client: FlaskClient, event: Event, make: Make) -> None:
    tight = make.session(
        event, "tight", capacity=2, starts_at=NOON + timedelta(hours=3), title=both("小部屋", "Small room")
    )
    make.release(event)
    page = client.get(f"/events/{event.slug}/register")
    make.registration(event, tight)
    answer = client.post(
        f"/events/{event.slug}/register{ENGLISH}",
        data={"key": key_on(page), **typed(sessions=["talk", "tight"], email="ana@example.jp", with__student="1")},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert errors_on(answer) == [
        (
            "Not enough places left for your party: “Small room”. Bring fewer people, choose another session, "
            "or tick the waiting list."
        )
    ]
    assert 'value="Ana"' in text
    assert 'value="ana@example.jp"' in text
    assert re.search(r'id="sessions-talk"[^>]*checked', text)
    assert re.search(r'name="waiting" value="tight"(?![^>]*disabled)', text)
    assert re.search(r'name="with-student"[^>]*value="1"', text)
    assert re.search(r'value="spectator" checked', text)
    assert re.search(r'id="consent"[^>]*checked', text)


def test_a_full_session_from_its_own_page_opens_the_whole_form(client: FlaskClient, event: Event, make: Make) -> None:
    page = client.get(f"/events/{event.slug}/register?session=talk")
    talk = db.session.scalars(db.select(EventSession)).one()
    make.registration(event, talk, numbers={"spectator": 10})
    answer = client.post(
        f"/events/{event.slug}/register?session=talk&lang=en", data={"key": key_on(page), **typed(sessions=["talk"])}
    )
    assert (answer.status_code, errors_on(answer)) == (
        409,
        [
            (
                "Not enough places left for your party: “Talk”. Bring fewer people, choose another session, "
                "or tick the waiting list."
            )
        ],
    )


def test_sessions_at_the_same_time_are_named(client: FlaskClient, event: Event, make: Make) -> None:
    make.session(event, "other", title=both("別の講演", "Other talk"))
    make.release(event)
    answer = send(client, event, ENGLISH, sessions=["talk", "other"])
    assert answer.status_code == 409
    assert errors_on(answer) == ["These are at the same time: “Talk”, “Other talk”. Choose one of them."]
    assert none_kept()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": ""}, "Type your name or a nickname."),
    "a name of blanks": ({"name": " \u3000\t"}, "Type your name or a nickname."),
    "a name that nobody can see": ({"name": "\u200b\u202e"}, "Type your name or a nickname."),
    "300 characters": ({"name": "名" * 300}, "The name has 300 characters. Use at most 200."),
    "no category": ({"category": None}, "Choose your category."),
    "a category that is none": ({"category": "dragon"}, "Choose your category."),
    "the category that nobody chooses": ({"category": "unknown"}, "Choose your category."),
    "no consent": ({"consent": None}, "Tick that you agree. Without it we cannot keep what you typed."),
    "a word for a number": ({"with__student": "two"}, "Type a whole number, 0 or more."),
    "a negative number": ({"with__student": "-1"}, "Type a whole number, 0 or more."),
    "half a person": ({"with__student": "0.5"}, "Type a whole number, 0 or more."),
    "a huge number": ({"with__student": "9" * 5000}, "Type a whole number, 0 or more."),
    "a class of hundreds": (
        {"with__student": "999"},
        "One registration brings from 1 to 50 people. For more, ask the organiser.",
    ),
    "no address": ({"email": "nowhere"}, "This is not a valid e-mail address. Correct it, or leave the field empty."),
    "two addresses": (
        {"email": "a@x.jp, b@x.jp"},
        "This is not a valid e-mail address. Correct it, or leave the field empty.",
    ),
    "an address too long once it is ASCII": (
        {"email": f"ana@{'.'.join(['かながわ' * 4] * 13)}.jp"},
        "This is not a valid e-mail address. Correct it, or leave the field empty.",
    ),
    "an address with a line break": (
        {"email": "a@x.jp\r\nBcc: b@x.jp"},
        "This is not a valid e-mail address. Correct it, or leave the field empty.",
    ),
    "a session that is none": (
        {"sessions": ["nonsense"]},
        "A session that you chose is not part of the programme any more.",
    ),
}


def test_bad_input_is_answered_with_a_sentence(client: FlaskClient, event: Event) -> None:
    answers = {name: send(client, event, ENGLISH, **given) for name, (given, _) in BAD.items()}
    assert {name: errors_on(answer) for name, answer in answers.items()} == {
        name: [sentence] for name, (_, sentence) in BAD.items()
    }
    assert {answer.status_code for answer in answers.values()} <= {409, 422}
    assert none_kept()


def test_bad_input_is_kept_for_who_typed_it(client: FlaskClient, event: Event) -> None:
    page = send(client, event, ENGLISH, name="名" * 300, email="nowhere", with__student="two").get_data(as_text=True)
    for value in ("名" * 300, "nowhere", "two"):
        assert f'value="{value}"' in page


def test_all_errors_are_named_at_once_in_the_order_of_the_page(client: FlaskClient, event: Event) -> None:
    answer = send(client, event, ENGLISH, name="", category=None, consent=None, email="x", with__student="x")
    assert errors_on(answer) == [
        "Type your name or a nickname.",
        "Choose your category.",
        "This is not a valid e-mail address. Correct it, or leave the field empty.",
        "Type a whole number, 0 or more.",
        "Tick that you agree. Without it we cannot keep what you typed.",
    ]


HOSTILE = [
    "{0} {name} %s %(x)s",
    "<script>alert(1)</script>",
    "'; DROP TABLE registration; --",
    '"><img src=x onerror=alert(1)>',
    "\u202enimda\u202c",
    "𠮷田 辻󠄀 髙﨑",
    "👩‍👩‍👧‍👦",
    "名" * 200,
    "漢字《かんじ》",
    "{{ 7 * 7 }}",
]


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_any_name_passes_through_form_and_ticket_unharmed(client: FlaskClient, event: Event, language: str) -> None:
    for name in HOSTILE:
        wrong = send(client, event, f"?lang={language}", name=name, consent=None)
        assert (wrong.status_code, str(escape(name)) in wrong.get_data(as_text=True)) == (422, True)
        answer = send(client, event, f"?lang={language}", name=name)
        page = client.get(f"{answer.location}&lang={language}")
        assert page.status_code == 200
        assert f"<bdi>{escape(name)}</bdi>" in page.get_data(as_text=True)
    assert set(db.session.scalars(db.select(Registration.contact_name))) == set(HOSTILE)


ADDRESSES = {
    "ana@example.jp": "ana@example.jp",
    " Ana.Sato+fair@Example.JP ": "ana.sato+fair@example.jp",
    "a..b@docomo.ne.jp": "a..b@docomo.ne.jp",
    ".ana.@ezweb.ne.jp": ".ana.@ezweb.ne.jp",
    "ａｎａ＠ｅｘａｍｐｌｅ．ｊｐ": "ana@example.jp",
    "ana@日本語.jp": "ana@xn--wgv71a119e.jp",
    "": None,
}


def test_addresses_are_taken_as_people_have_them(client: FlaskClient, event: Event) -> None:
    assert {send(client, event, email=written).status_code for written in ADDRESSES} == {303}
    kept = db.session.scalars(db.select(Registration.contact_email).order_by(Registration.id)).all()
    assert dict(zip(ADDRESSES, kept, strict=True)) == ADDRESSES


def test_full_width_digits_are_numbers(client: FlaskClient, event: Event) -> None:
    send(client, event, with__student="１２")
    assert {row.number for row in db.session.scalars(db.select(PartyNumber))} == {1, 12}


def test_the_same_form_sent_twice_leads_to_the_first_registration(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    filled = {"key": key_on(page), **typed(sessions=["talk"])}
    answers = [client.post(f"/events/{event.slug}/register", data=filled) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {f"/r/{only_registration().link}?done=registered"}


def test_after_a_day_the_form_says_so_keeps_everything_and_can_be_sent_again(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    filled = {"key": key_on(page), **typed(sessions=["talk"], email="ana@example.jp")}
    with frozen(AT + timedelta(hours=24, seconds=1)):
        late = client.post(f"/events/{event.slug}/register{ENGLISH}", data=filled)
        assert late.status_code == 422
        assert errors_on(late) == [
            "This page was open for more than a day. Nothing is lost: check what you typed and send it again."
        ]
        assert re.search(r'id="sessions-talk"[^>]*checked', late.get_data(as_text=True))
        again = client.post(f"/events/{event.slug}/register", data={**filled, "key": key_on(late)})
    assert again.status_code == 303


def test_a_day_later_the_form_that_was_taken_still_leads_to_its_registration(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    filled = {"key": key_on(page), **typed()}
    first = client.post(f"/events/{event.slug}/register", data=filled)
    with frozen(AT + timedelta(days=2)):
        again = client.post(f"/events/{event.slug}/register", data=filled)
    assert again.location == first.location


def test_a_form_without_our_key_is_not_taken(client: FlaskClient, event: Event) -> None:
    for key in (None, "", "forged", "W10.xxxx"):
        filled = typed() | ({"key": key} if key is not None else {})
        answer = client.post(f"/events/{event.slug}/register", data=filled)
        assert (answer.status_code, none_kept()) == (422, True)
        assert key_on(answer) != key


def test_a_key_of_another_event_is_not_taken(client: FlaskClient, event: Event, make: Make) -> None:
    other = make.release(make.event("other"))
    page = client.get(f"/events/{other.slug}/register")
    answer = client.post(f"/events/{event.slug}/register", data={"key": key_on(page), **typed()})
    assert (answer.status_code, none_kept()) == (422, True)


def test_no_cookie_is_needed_or_set(event: Event, client: FlaskClient) -> None:
    page = client.get(f"/events/{event.slug}/register")
    answer = client.post(f"/events/{event.slug}/register", data={"key": key_on(page), **typed()})
    assert [one.headers.getlist("Set-Cookie") for one in (page, answer)] == [[], []]


@pytest.mark.parametrize(
    ("status", "code"), [(EventStatus.CLOSED, 200), (EventStatus.ARCHIVED, 200), (EventStatus.DRAFT, 404)]
)
def test_an_event_that_is_not_open_says_so(client: FlaskClient, make: Make, status: EventStatus, code: int) -> None:
    event = make.release(make.event(status=status))
    page = client.get(f"/events/{event.slug}/register{ENGLISH}")
    assert page.status_code == code
    assert ("Registration has closed" in page.get_data(as_text=True)) == (code == 200)


def test_a_night_that_belongs_to_the_last_day_still_takes_registrations(client: FlaskClient, make: Make) -> None:
    event = make.event()
    eleven = NOON + timedelta(days=1, hours=11)
    make.session(event, "night", starts_at=eleven, ends_at=eleven + timedelta(hours=4))
    make.release(event)
    with frozen(eleven + timedelta(hours=1, minutes=30)):
        assert "night" in client.get(f"/events/{event.slug}/").get_data(as_text=True)
        assert f"/events/{event.slug}/register" in client.get(f"/events/{event.slug}/").get_data(as_text=True)
        assert send(client, event, sessions=["night"]).status_code == 303
    with frozen(eleven + timedelta(hours=5)):
        assert f"/events/{event.slug}/register" not in client.get(f"/events/{event.slug}/").get_data(as_text=True)


def test_before_the_window_the_page_says_when_it_opens(client: FlaskClient, make: Make) -> None:
    event = make.release(make.event(registration_opens_at=NOON))
    page = client.get(f"/events/{event.slug}/register{ENGLISH}")
    assert "It opens on Sat 3 Oct 12:00." in page.get_data(as_text=True)


def test_a_form_sent_after_the_deadline_is_refused_with_a_page(client: FlaskClient, make: Make) -> None:
    event = make.release(make.event(registration_closes_at=AT + timedelta(minutes=5)))
    page = client.get(f"/events/{event.slug}/register")
    with frozen(AT + timedelta(minutes=5)):
        answer = client.post(f"/events/{event.slug}/register{ENGLISH}", data={"key": key_on(page), **typed()})
    assert (answer.status_code, none_kept()) == (409, True)
    assert "Registration has closed" in answer.get_data(as_text=True)


def test_a_session_that_a_release_took_away_is_answered_clearly(client: FlaskClient, event: Event, make: Make) -> None:
    page = client.get(f"/events/{event.slug}/register")
    with transaction():
        db.session.scalars(db.select(EventSession)).one().status = SessionStatus.CANCELLED
    make.release(event)
    answer = client.post(
        f"/events/{event.slug}/register{ENGLISH}", data={"key": key_on(page), **typed(sessions=["talk"])}
    )
    assert (answer.status_code, errors_on(answer)) == (
        409,
        ["This can no longer be booked: “Talk”. Untick it or choose another session."],
    )


def test_nobody_registers_for_an_event_that_is_not_there(client: FlaskClient, make: Make) -> None:
    make.event("draft", status=EventStatus.DRAFT)
    for slug in ("draft", "nothing"):
        assert client.get(f"/events/{slug}/register").status_code == 404
        assert client.post(f"/events/{slug}/register", data=typed()).status_code == 404


def test_a_form_from_another_site_is_refused(client: FlaskClient, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    answer = client.post(
        f"/events/{event.slug}/register",
        data={"key": key_on(page), **typed()},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, none_kept()) == (403, True)


def test_one_network_is_slowed_down_after_as_many_forms_as_a_school_sends(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert registering.MOST_FORMS == ("240 per minute", "3000 per hour")
    monkeypatch.setattr(registering, "MOST_FORMS", ("20 per minute",))
    quick = FlaskClient(app)
    answers = [quick.post(f"/events/{event.slug}/register", data={}).status_code for _ in range(21)]
    assert (set(answers[:20]), answers[20]) == ({422}, 429)


def test_who_is_slowed_down_keeps_everything_typed_and_sends_it_again_later(
    client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "MOST_FORMS", ("1 per minute",))
    assert send(client, event, ENGLISH, name="Ben").status_code == 303
    answer = send(client, event, ENGLISH, sessions=["talk"], email="ana@example.jp", with__student="2")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert errors_on(answer) == [
        "Very many people register from your network just now. Nothing is lost: wait a minute, then send it again."
    ]
    page = answer.get_data(as_text=True)
    for kept in ('value="Ana"', 'value="ana@example.jp"', 'value="2"'):
        assert kept in page
    assert re.search(r'id="sessions-talk"[^>]*checked', page)
    assert only_registration().contact_name == "Ben"
    monkeypatch.setattr(registering, "MOST_FORMS", ("2 per hour",))
    again = client.post(f"/events/{event.slug}/register", data={"key": key_on(answer), **typed()})
    assert again.status_code == 303


def test_a_form_that_was_taken_leads_to_its_registration_even_when_slowed_down(
    client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "MOST_FORMS", ("1 per minute",))
    form = {"key": key_on(client.get(f"/events/{event.slug}/register")), **typed()}
    first, second = (client.post(f"/events/{event.slug}/register", data=form) for _ in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)


def test_two_people_get_the_same_page_with_keys_of_their_own(client: FlaskClient, event: Event) -> None:
    first, second = (client.get(f"/events/{event.slug}/register") for _ in range(2))
    keys = [key_on(first), key_on(second)]
    pages = [page.get_data(as_text=True).replace(key, "") for page, key in zip((first, second), keys, strict=True)]
    assert (pages[0] == pages[1], keys[0] == keys[1]) == (True, False)


def test_the_form_is_drawn_once_while_the_words_on_it_stay_the_same(
    app: Flask, client: FlaskClient, event: Event, make: Make
) -> None:
    talk = db.session.scalars(db.select(EventSession)).one()
    for _ in range(3):
        client.get(f"/events/{event.slug}/register")
        make.registration(event, talk)
    assert len(app.extensions["uketsuke_blank_forms"]) == 1


def test_no_more_than_a_hundred_forms_are_kept(app: Flask, event: Event) -> None:
    quick = FlaskClient(app)
    for number in range(101):
        quick.get(f"/events/{event.slug}/register?n={number}")
    assert len(app.extensions["uketsuke_blank_forms"]) == 1


def test_the_page_follows_places_language_display_notice_release_and_time(
    app: Flask, client: FlaskClient, event: Event, make: Make
) -> None:
    seen: list[str] = []

    def see(browser: FlaskClient = client, query: str = "") -> None:
        page = browser.get(f"/events/{event.slug}/register{query}")
        seen.append(page.get_data(as_text=True).replace(key_on(page), ""))

    see()
    see(query=ENGLISH)
    dark = app.test_client()
    dark.set_cookie("uketsuke_display", "ja.standard.dark", domain="localhost")
    see(dark)
    talk = db.session.scalars(db.select(EventSession)).one()
    make.registration(event, talk, numbers={"spectator": 8})
    see()
    make.registration(event, talk)
    see()
    make.session(event, "new", starts_at=NOON + timedelta(hours=5))
    see()
    assert seen.pop() == seen[-1]
    make.release(event)
    see()
    with frozen(talk.ends_at):
        see()
    assert len(set(seen)) == len(seen) == 7


def test_the_form_asks_the_database_the_same_few_questions_for_one_session_and_for_three(
    client: FlaskClient, event: Event, make: Make
) -> None:
    client.get(f"/events/{event.slug}/register")
    one = questions(lambda: client.get(f"/events/{event.slug}/register"))
    for hours in (2, 4):
        make.session(event, starts_at=NOON + timedelta(hours=hours))
    make.release(event)
    client.get(f"/events/{event.slug}/register")
    assert (one, questions(lambda: client.get(f"/events/{event.slug}/register"))) == (2, 2)


def questions(act: Any) -> int:
    """How many SELECTs `act` sends."""
    with noted() as sent:
        act()
    return sum(one.startswith("SELECT") for one in sent)
