"""Fetching is authorising: drafts and other hosts' events are not there for whoever may not see them."""

import pytest
from flask import Flask

from app.db import transaction
from app.errors import NotFound
from app.programme.queries import current_notice, listed_events, places_of, public_event, staff_event
from app.programme.rules import EventStatus
from app.programme.rules.places import Places
from app.web.actors import ANONYMOUS, Actor, Grant, Right, Role
from tests.make import Make
from tests.programme.files import bring_in, demo, publish, small


@pytest.mark.parametrize("status", [one for one in EventStatus if one is not EventStatus.DRAFT])
def test_whatever_was_published_once_is_public(app: Flask, make: Make, status: EventStatus) -> None:
    event = make.event(status=status)
    assert public_event(event.slug).id == event.id


def test_a_draft_and_a_missing_event_look_the_same_to_the_public(app: Flask, make: Make) -> None:
    make.event("draft", status=EventStatus.DRAFT)
    for slug in ("draft", "never-was"):
        with pytest.raises(NotFound) as refused:
            public_event(slug)
        assert (refused.value.code, refused.value.message) == ("not_found", "")


def test_staff_see_drafts_of_their_event_and_nobody_elses(app: Flask, make: Make) -> None:
    ours = make.event("ours", make.host("yokohama"), status=EventStatus.DRAFT)
    theirs = make.event("theirs", make.host("kawasaki"), status=EventStatus.DRAFT)
    olga = Actor(1, "Olga", (Grant(ours.host_id, ours.id, Role.ORGANISER),))
    owner = Actor(2, "Owner", (Grant(ours.host_id, None, Role.OWNER),))
    dora = Actor(3, "Dora", (Grant(ours.host_id, ours.id, Role.DOOR),))
    sam = Actor(4, "Sam")
    assert staff_event("ours", olga, Right.EDIT_EVENT).id == ours.id
    assert staff_event("ours", owner, Right.EDIT_EVENT).id == ours.id
    assert staff_event("ours", dora, Right.KEEP_DOOR).id == ours.id
    for actor, slug in ((dora, "ours"), (sam, "ours"), (ANONYMOUS, "ours"), (olga, theirs.slug), (owner, theirs.slug)):
        with pytest.raises(NotFound):
            staff_event(slug, actor, Right.EDIT_EVENT)


def test_the_list_holds_what_is_released_and_not_archived_the_last_to_end_first(app: Flask, make: Make) -> None:
    host = make.host()
    publish(host, small("early", ends_on="2026-10-03"))
    publish(host, small("late", ends_on="2026-10-20"))
    publish(host, small("over", starts_on="2026-10-01", ends_on="2026-10-04", status="closed"))
    publish(host, small("stored", status="archived"))
    publish(host, small("draft", status="draft"))
    bring_in(host, small("unreleased"))
    assert [(one.facts.slug, one.status) for one in listed_events()] == [
        ("late", EventStatus.PUBLISHED), ("over", EventStatus.CLOSED), ("early", EventStatus.PUBLISHED)
    ]  # fmt: skip


def test_the_list_shows_the_newest_release_with_todays_status(app: Flask, make: Make) -> None:
    host = make.host()
    document = small()
    event = publish(host, document)
    document["event"]["title"] = {"ja": "新しい名前"}
    publish(host, document)
    with transaction():
        event.status = EventStatus.CLOSED
        event.title = {"ja": "まだ公開していない名前"}
    [listed] = listed_events()
    assert (listed.facts.title["ja"], listed.status) == ("新しい名前", EventStatus.CLOSED)
    assert listed.venues == [{"ja": "公会堂", "en": "Hall"}]


def test_places_come_by_session_code_with_the_rooms_capacity_where_a_session_has_none(app: Flask, make: Make) -> None:
    done = bring_in(make.host(), small())
    assert places_of(done.event_id) == {"walk": Places(capacity=40, waits_until_minutes=120)}


def test_the_current_notice_is_the_one_with_the_highest_number(app: Flask, make: Make) -> None:
    host = make.host()
    document = demo("practice")
    document["privacy_notice"] = {"number": 9, "text": {"ja": "九"}}
    done = bring_in(host, document)
    document["privacy_notice"] = {"number": 10, "text": {"ja": "十"}}
    bring_in(host, document)
    notice = current_notice(done.event_id)
    assert notice is not None
    assert (notice.number, notice.text) == (10, {"ja": "十"})
    assert current_notice(bring_in(host, small()).event_id) is None
