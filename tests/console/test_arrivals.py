"""Expected groups: by quarters of an hour on the event's clock, without a contact's name, for who keeps the doors."""

from datetime import timedelta

from app.db import transaction
from registrations.operations import cancel, register
from registrations.rules import Application, Group, PartyKind
from tests.console.conftest import Cast
from tests.make import NOON
from tests.registrations.views.test_groups import text_of

PAGE = "/console/events/fair/arrivals"
AT = NOON - timedelta(days=30)


def comes(cast: Cast, name: str, people: int, minutes: int) -> int:
    group = Group(name, grade="5", expected_at=NOON + timedelta(minutes=minutes))
    application = Application("Tomo", {"student": people}, kind=PartyKind.CLASS, group=group)
    with transaction():
        return register(cast.event.id, application, at=AT).id


def test_groups_are_added_up_by_quarters_of_an_hour(cast: Cast) -> None:
    comes(cast, "North", 30, 0)
    comes(cast, "South", 12, 14)
    comes(cast, "West", 20, 15)
    gone = comes(cast, "Gone", 9, 15)
    with transaction():
        cancel(gone, at=AT)
    page = text_of(cast.dora.get(f"{PAGE}?lang=en"))
    assert "12:00 42" in page
    assert "12:15 20" in page
    assert page.index("North") < page.index("South") < page.index("West")
    assert ("Gone" in page, "Tomo" in page, page.count("Not confirmed")) == (False, False, 3)


def test_only_who_keeps_doors_sees_it(cast: Cast) -> None:
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 200, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    assert "No group has said when it comes" in text_of(cast.dora.get(f"{PAGE}?lang=en"))
