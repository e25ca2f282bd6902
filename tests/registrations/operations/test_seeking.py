"""Searches and files know everybody of a party who has a name, and no longer who left it."""

from datetime import timedelta

from app.console.exports.lists import registrations_file
from app.db import db, transaction
from app.programme.models import Event
from registrations.models import Registration
from registrations.operations.naming import Named, name_people
from registrations.operations.people import drop_person
from registrations.queries.doubles import groups_of_doubles
from registrations.queries.listed import Wanted, lines
from registrations.queries.people import category_ids, people_of
from tests.make import NOON, Make

AT = NOON - timedelta(days=5)


def family(make: Make, event: Event, *names: str, contact: str = "架空 太郎") -> Registration:
    made = make.registration(make.release(event), numbers={"student": len(names)}, name=contact)
    called = {category_ids(event.id)["student"]: [Named(name, "みほん") for name in names]}
    with transaction():
        return name_people(made.id, called, version=made.version)


def found(event: Event, text: str) -> int:
    db.session.rollback()
    return len(lines(event.id, Wanted(sought=text)))


def test_a_family_is_found_by_each_of_its_names_and_not_by_who_left(make: Make) -> None:
    event = make.event()
    made = family(make, event, "見本 桃子", "見本 一郎")
    assert [found(event, text) for text in ("架空", "桃子", "ミホン", "一郎", "花子")] == [1, 1, 1, 1, 0]
    with transaction():
        drop_person(made.id, next(one.id for one in people_of(made.id) if one.name == "見本 一郎"), at=AT)
    assert [found(event, text) for text in ("桃子", "一郎")] == [1, 0]


def test_a_file_has_the_names_of_those_who_come_along(make: Make) -> None:
    event = make.event()
    family(make, event, "見本 桃子", "見本 一郎")
    rows = registrations_file(event, Wanted(), kind="csv", progress=lambda _done: None).decode("utf-8-sig")
    assert "見本 桃子、見本 一郎" in rows


def test_who_comes_along_makes_no_doubles_and_hides_none(make: Make) -> None:
    event = make.event()
    contacts = [family(make, event, "見本 桃子", contact=name) for name in ("架空 太郎", "架空 花子")]
    assert groups_of_doubles(event.id) == []
    for one, reading in zip(contacts, ("みほん", "みほん"), strict=True):
        with transaction():
            row = db.session.get_one(Registration, one.id)
            row.contact_name, row.contact_reading = "架空 太郎", reading
            row.sought_as = f"架空太郎\nみほん\n{one.id}"
    assert [[one.id for one in group] for group in groups_of_doubles(event.id)] == [[one.id for one in contacts]]
