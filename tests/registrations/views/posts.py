"""Every public POST of registrations as a row: where it goes, what a person would send, which of it is typed freely."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.web.guards import guard_of
from registrations.models import Registration
from registrations.views import blueprints
from tests.make import Make
from tests.registrations.views.forms import key_on


@dataclass(frozen=True)
class Post:
    """`path`: of a registration's link. `sent`: what is taken. `words`, `numbers`: fields that people type into;
    `refused`: what makes a form refuse everything, if it has anything to refuse. `keyed`: asks for a signed key."""

    path: str
    sent: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    refused: Mapping[str, Any] = field(default_factory=dict)
    keyed: bool = False
    group: bool = False
    family: bool = False

    def address(self, link: str) -> str:
        """Where it is sent to, in English."""
        return self.path.format(link=link) + "?lang=en"

    def filled(self, browser: FlaskClient, link: str, **other: Any) -> dict[str, Any]:
        """What a person sends, with something else in some of the fields; None leaves one out."""
        key = {"key": key_on(browser.get(self.address(link)))} if self.keyed else {}
        made = {**self.sent, **key, **{name.replace("__", "-"): value for name, value in other.items()}}
        return {name: value for name, value in made.items() if value is not None}


ANA = {"name": "Ana", "email": "ana@example.jp"}
GROUP = {"group_name": "みほん小学校", "group_grade": "5年", "group_class": "2組", "contact_phone": "045-000-0000",
         "needs": "車いす", "expected_at": "2026-10-03T12:15"}  # fmt: skip
GROUP_WORDS = ("group_name", "group_grade", "group_class", "contact_phone", "needs", "name", "email")
NUMBERS = ("with-spectator", "with-student")
NOBODY = "00000000-0000-4000-8000-000000000000"
POSTS = {
    "registration.take": Post(
        "/events/fair/register", {**ANA, "category": "spectator", "consent": "y", "sessions": ["talk"]},
        ("name", "email"), NUMBERS, {"consent": None}, keyed=True,
    ),
    "group_registration.take": Post(
        "/events/fair/register/class",
        {**ANA, **GROUP, "with-pupils": "8", "with-teachers": "1", "consent": "y", "sessions": ["talk"]},
        GROUP_WORDS, ("with-pupils", "with-teachers"), {"consent": None}, keyed=True,
    ),
    "private_link.make_change": Post(
        "/r/{link}/change", {**ANA, "with-spectator": "1", "language": "ja", "version": "1", "sessions": ["talk"]},
        ("name", "email"), NUMBERS, {"language": "xx"},
    ),
    "private_link.make_change of a class": Post(
        "/r/{link}/change",
        {**ANA, **GROUP, "with-student": "8", "language": "ja", "version": "1", "sessions": ["talk"]},
        GROUP_WORDS, NUMBERS, {"language": "xx"}, group=True,
    ),
    "private_link.make_cancel": Post("/r/{link}/cancel"),
    "one_session.save": Post("/r/{link}/sessions/talk", {"with-spectator": "1"}, (), ("with-spectator",)),
    "one_session.take_offer": Post("/r/{link}/sessions/talk/offer"),
    "leaving.make": Post("/r/{link}/sessions/talk/leaving"),
    "one_session.numbers_stand": Post("/r/{link}/numbers"),
    "named_people.save": Post(
        "/r/{link}/people", {"name-spectator-0": "Ana", "name-spectator-1": "Ben", "version": "1"},
        ("name-spectator-0",), (), {"name-spectator-1": "", "reading-spectator-1": "べん"}, family=True,
    ),
    "named_people.tickets": Post("/r/{link}/people/tickets", {"each": "0"}, family=True),
    "named_people.add": Post(
        "/r/{link}/people/more", {"more-category": "spectator", "more-name": "Eve", "more-version": "1"},
        ("more-name",), (), {"more-category": None}, family=True,
    ),
    "named_people.drop": Post(f"/r/{{link}}/people/{NOBODY}/drop", family=True),
    "answers.save": Post("/r/{link}/questions"),
    "own_registration.make_hand_over": Post(
        "/r/{link}/hand-over", {"name": "Ben", "email": "ben@example.jp", "sure": "y"}, ("name", "email"), (),
        {"sure": None},
    ),
    "own_registration.make_agreement": Post("/r/{link}/agreement", {"notice": "1", "consent": "y"}, (), ("notice",)),
    "own_registration.make_mail": Post("/r/{link}/mail"),
    "own_registration.letter_again": Post("/r/{link}/letter"),
    "own_registration.make_codes": Post("/r/{link}/codes"),
    "own_registration.photographs": Post("/r/{link}/photo", {"given": "y"}),
    "own_registration.make_erasure": Post("/r/{link}/erasure"),
    "own_registration.find": Post("/events/fair/find", {"email": "ana@example.jp"}, ("email",), (), {"email": "x"}),
}  # fmt: skip
"""A second row of one route says of what after its name."""


def routes(app: Flask) -> set[str]:
    """The endpoints of registrations that anybody may write to."""
    ours = {one.name for one in blueprints}
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and rule.endpoint.partition(".")[0] in ours
        and str(guard_of(app, rule.endpoint)) == "public"
    }


def links(make: Make, app: Flask, slug: str = "fair") -> Callable[[Post], str]:
    """Gives each POST the link of a fresh registration; one is given again as long as it still stands as it was."""
    from app.programme.models import Event, EventSession

    def fresh(post: Post) -> str:
        event = db.session.scalars(db.select(Event).filter_by(slug=slug)).one()
        talk = db.session.scalars(db.select(EventSession).filter_by(code="talk")).one()
        people = {"student": 8} if post.group else {"spectator": 2} if post.family else {"spectator": 1}
        more: dict[str, Any] = {"numbers": people, **class_of(post)}
        made: Registration = make.registration(event, talk, **{**ANA, **more})
        return made.link

    return fresh


def class_of(post: Post) -> dict[str, Any]:
    """What makes a registration one of a class."""
    from registrations.rules import Group, PartyKind

    return {"kind": PartyKind.CLASS, "group": Group(name="みほん小学校")} if post.group else {}
