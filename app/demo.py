"""The demonstration as a whole: the events, the door, the ledger and the staff, put together from every department.

Imports nothing heavy by itself: the supervisor of the server reads the sign-ins from here.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from app.programme.models import Event

PRACTICE, PUBLISHED = "practice", "yocolab-2023"
HOST = {"ja": "デモの主催者", "en": "Demonstration host"}
HOST_SLUG = "demo"
PASSWORDS = "demo-passwords.txt"
HALF = (
    "The demonstration was cut off while it was made, so half of it is in this database. If nothing else is in it, make"
    " a new one (delete the file, or dropdb and createdb) and start again; otherwise restore the copy from before."
)
EXHIBITOR = "fictional-npo-2"
CAST = (
    ("owner@example.jp", "責任者 オーナー", "owner"),
    ("olga@example.jp", "主催者 オルガ", "organiser"),
    ("dora@example.jp", "受付係 ドーラ", "door"),
    ("victor@example.jp", "閲覧者 ビクター", "viewer"),
)
"""Who can sign in to the demonstration: address, name, role."""


def read_passwords(data_dir: Path) -> list[tuple[str, str, str]]:
    """Address, role and password of each person of the demonstration; empty if it was never loaded here."""
    path = data_dir / PASSWORDS
    lines = path.read_text().splitlines() if path.exists() else []
    return [(email, role, password) for email, role, password in (line.split() for line in lines)]


def load_if_empty() -> bool:
    """Load the demonstration unless the database holds an event already; True if it was loaded."""
    from app.db import db
    from app.programme.models import Event

    if db.session.scalar(db.select(Event.id).limit(1)) is not None:
        _refuse_half()
        return False
    load()
    return True


def load() -> None:
    """The Yokohama event of 2023, a made-up event that runs today, and their staff; what is there already stays."""
    from app.clock import now

    _refuse_half()
    at = now()
    host_id = _host(at)
    for name in (PUBLISHED, PRACTICE):
        _load_event(name, host_id, at)
    _add_staff(host_id, at)


def _refuse_half() -> None:
    """Its staff come last: without them it was cut off, and what is missing is not known. Raises Refused."""
    from app.accounts.models import Account, Host
    from app.db import db
    from app.errors import Refused

    begun = db.select(Host.id).where(Host.slug == HOST_SLUG)
    ended = db.select(Account.id).where(Account.email.in_([email for email, _name, _role in CAST]))
    if db.session.scalar(begun) is not None and db.session.scalar(ended.limit(1)) is None:
        raise Refused("half", HALF)


def _host(at: datetime) -> int:
    from app.accounts.models import Host
    from app.db import db, transaction

    with transaction():
        host = db.session.scalars(db.select(Host).order_by(Host.id)).first()
        if host is None:
            host = Host(slug=HOST_SLUG, name=HOST, created_at=at)
            db.session.add(host)
            db.session.flush()
        return host.id


def _load_event(name: str, host_id: int, at: datetime) -> None:
    from analytics.operations.practising import play
    from app.db import db, transaction
    from app.partners.practice import invite_partners
    from app.programme.cli import load_demo
    from app.programme.models import Event
    from app.programme.operations import import_event
    from app.web.actors import ANONYMOUS
    from checkin.operations import import_attendance, prepare_door
    from registrations.operations import release

    file = load_demo(name, at=at)
    with transaction():
        imported = import_event(host_id, file.programme, at=at, actor=ANONYMOUS)
        event = db.session.get_one(Event, imported.event_id)
        prepare_door(event)
        if imported.new and file.attendance:
            import_attendance(event, file.attendance, at=at, actor=ANONYMOUS)
        if imported.new and name == PRACTICE:
            _let_groups_register(event)
            _ask_questions(event, at)
        if imported.new:
            release(event.id, at=at, actor=ANONYMOUS)
    if imported.new and file.attendance:
        _issue_edition(event, at)
    if imported.new and file.practice:
        play(event, file.practice, until=day_start(event, at), at=at)
        _ask_for_more(event, file.practice, at)
        _let_a_family_come(event, at)
        _let_a_team_come(event, at)
        invite_partners(event, at=at)


def _issue_edition(event: "Event", at: datetime) -> None:
    """What was published elsewhere is what the public page shows, as different people: that reading is ours."""
    from analytics.operations.editions import draft_edition, issue_edition
    from analytics.queries import figures_of
    from analytics.rules import Attendance
    from app.db import transaction
    from app.web.actors import ANONYMOUS

    draft = draft_edition(event, Attendance.PEOPLE, figures_of(event, at=at))
    with transaction():
        issue_edition(event, draft, still_open={}, at=at, actor=ANONYMOUS)


def _let_groups_register(event: "Event") -> None:
    """Classes and delegations can be tried out as well."""
    event.party_kinds = ["person", "family", "class", "delegation"]
    event.class_categories = {"pupils": "student", "teachers": "related", "guardians": "guardian"}


def _ask_for_more(event: "Event", recipe: Mapping[str, Any], at: datetime) -> None:
    """More than there is room for: a waiting list, and a lottery."""
    from app.db import transaction
    from registrations.operations.practising import ask_for_more

    for line in recipe.get("demand", ()):
        with transaction():
            ask_for_more(event, recipe, line, at=at)


def _let_a_family_come(event: "Event", at: datetime) -> None:
    """Four people with names and a ticket each, in a session that has plenty of places."""
    from app.db import transaction
    from app.programme.rules.places import Availability
    from registrations.operations import register
    from registrations.operations.naming import Named, name_people, ticket_each
    from registrations.queries import offer_at
    from registrations.queries.people import category_ids
    from registrations.rules import Application, Hand, Source

    names = {"spectator": ("架空 太郎", "架空 花子"), "student": ("架空 一郎", "架空 桃子")}
    offer = offer_at(event.slug, at=at)
    free = [one.code for one in offer.sessions if offer.availability(one) is Availability.PLENTY]
    numbers = {key: len(of) for key, of in names.items()}
    application = Application(name="架空 太郎", numbers=numbers, sessions=frozenset(free[len(free) // 2 :][:1]))
    with transaction():
        family = register(event.id, application, at=at, source=Source.DEMONSTRATION, hand=Hand.STAFF)
        ids = category_ids(event.id)
        called = {ids[key]: [Named(name) for name in of] for key, of in names.items()}
        name_people(family.id, called, version=family.version)
        ticket_each(family.id, at=at)


def _let_a_team_come(event: "Event", at: datetime) -> None:
    """Three exhibitors of an organisation, expected at every exhibition that is still to come; they take no seat."""
    from sqlalchemy import select

    from app.db import db, transaction
    from app.programme.models import Organisation
    from registrations.operations import register
    from registrations.operations.staffing import StaffFacts, write_facts
    from registrations.queries import offer_at
    from registrations.rules import Application, Hand, PartyKind, Source

    shows = {one.code for one in offer_at(event.slug, at=at).programme.sessions if at < one.starts_at}
    found = select(Organisation).where(Organisation.host_id == event.host_id, Organisation.code == EXHIBITOR)
    exhibitor = db.session.scalars(found).one()
    team = Application(
        name="架空 次郎",
        numbers={"related": 3},
        sessions=frozenset(code for code in shows if code.startswith("gallery")),
        kind=PartyKind.TEAM,
    )
    with transaction():
        made = register(event.id, team, at=at, source=Source.DEMONSTRATION, hand=Hand.STAFF)
        write_facts(
            made, StaffFacts(kind=PartyKind.TEAM, organisation_id=exhibitor.id, group_name=exhibitor.name["ja"])
        )


def _ask_questions(event: "Event", at: datetime) -> None:
    """What people need, and where they heard of the event; only who heard of it elsewhere has to say where."""
    from app.web.actors import ANONYMOUS
    from registrations.operations.asking import QuestionDraft, add_question
    from registrations.rules.questions import Condition, QuestionKind

    needs = {
        "ja": "参加のときに必要なこと",
        "en": "What do you need to take part?",
        "ja-easy": "参加《さんか》に 必要《ひつよう》な こと",
    }
    heard = {
        "ja": "この催しをどこで知りましたか",
        "en": "How did you hear of this event?",
        "ja-easy": "この 催《もよお》しを どこで 知《し》りましたか",
    }
    ways = (
        {"ja": "学校", "en": "At school", "ja-easy": "学校《がっこう》"},
        {"ja": "ホームページ・SNS", "en": "Web page or social media", "ja-easy": "ホームページ・SNS"},
        {"ja": "家族・友人", "en": "Family or friends", "ja-easy": "家族《かぞく》・友《とも》だち"},
        {"ja": "そのほか", "en": "Elsewhere", "ja-easy": "ほか"},
    )
    where = {"ja": "どこで知りましたか", "en": "Where was that?", "ja-easy": "どこですか"}
    add_question(event, QuestionDraft(QuestionKind.NEEDS, needs), at=at, actor=ANONYMOUS)
    asked = add_question(event, QuestionDraft(QuestionKind.CHOICE, heard, choices=ways), at=at, actor=ANONYMOUS)
    elsewhere = Condition(asked.uuid, frozenset({asked.choices[-1]["key"]}))
    more = QuestionDraft(QuestionKind.SHORT, where, required=True, condition=elsewhere)
    add_question(event, more, at=at, actor=ANONYMOUS)


def day_start(event: "Event", at: datetime) -> datetime:
    """The first moment of the present day where the event is."""
    return at.astimezone(ZoneInfo(event.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _add_staff(host_id: int, at: datetime) -> None:
    """Who is there already keeps account and password."""
    from flask import current_app

    from app.accounts.operations import add_account, grant
    from app.accounts.passwords import generate_password, hash_password
    from app.accounts.queries import account_by_email
    from app.db import transaction
    from app.web.actors import ANONYMOUS, Role

    secrets = {email: generate_password() for email, _name, _role in CAST if account_by_email(email) is None}
    hashes = {email: hash_password(secret) for email, secret in secrets.items()}
    with transaction():
        for email, name, role in CAST:
            if email in secrets:
                account = add_account(email=email, name=name, password_hash=hashes[email], at=at)
                grant(account.id, Role(role), host_id=host_id, event_id=None, at=at, actor=ANONYMOUS)
    if secrets:
        _keep(current_app.extensions["uketsuke_settings"].data_dir / PASSWORDS, secrets)


def _keep(path: Path, secrets: dict[str, str]) -> None:
    path.unlink(missing_ok=True)
    lines = [f"{email} {role} {secrets[email]}" for email, _name, role in CAST if email in secrets]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
