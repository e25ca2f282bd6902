"""Reading changes nothing: every GET, opened by each of the cast on a full event, leaves every row as it was."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from analytics.exports.pictures import PICTURES
from analytics.exports.tables import NAMES
from analytics.models import FormerYear
from app import clock
from app.accounts.models import Account, Device, Pairing
from app.accounts.queries import digest
from app.db import Model, db, transaction
from app.outbox.models import Letter, Mailing
from app.programme.exports import FORMATS
from app.programme.models import (
    Event,
    EventSession,
    Organisation,
    Participation,
    PartnerLink,
    SessionOrganisation,
    Suggestion,
    Venue,
)
from app.programme.operations.partners import invite
from app.programme.rules.partners import secret_of
from app.web.actors import ANONYMOUS, Role
from checkin.models import Gate
from registrations.models import Question, Registration, Ticket
from tests.make import NOON, Make

TOKEN = "a device's token"
KEY = "a secret for tests only, nowhere else used"


@pytest.fixture
def event(app: Flask, make: Make) -> Iterator[Event]:
    """An event with something of everything."""
    with clock.frozen(NOON):
        event = make.event("fair", party_kinds=["person", "class"])
        session = make.session(event, "talk", capacity=10, starts_at=NOON + timedelta(hours=2))
        make.room_gate(event, session)
        make.release(event)
        make.registration(event, session, email="ana@example.jp")
        with transaction():
            db.session.add(
                Mailing(event_id=event.id, subject={"ja": "件名"}, body={"ja": "本文"}, addressees={}, per_minute=60,
                        created_at=NOON)
            )  # fmt: skip
            db.session.add(
                Pairing(event_id=event.id, gate_id=db.session.scalars(select(Gate.id)).first(), code_hash=b"c" * 32,
                        rights=["scan"], devices=1, devices_end_at=NOON, created_at=NOON, expires_at=NOON)
            )  # fmt: skip
            db.session.add(
                Question(event_id=event.id, kind="yes_no", label={"ja": "質問"}, support={}, choices=[],
                         audience=["adult"], shown_if=None)
            )  # fmt: skip
            db.session.add(
                FormerYear(event_id=event.id, year=2022, measure="people", methods=["paper"], total=900, source="紙",
                           provenance="published", created_at=NOON)
            )  # fmt: skip
            db.session.add(
                Device(event_id=event.id, name="Phone", token_hash=digest(TOKEN), rights=["scan"], created_at=NOON,
                       expires_at=datetime(2099, 1, 1, tzinfo=UTC))
            )  # fmt: skip
        add_partner(event, session)
        yield event


def add_partner(event: Event, session: EventSession) -> None:
    """An organisation with its link, and something that it suggests."""
    with transaction():
        organisation = Organisation(host_id=event.host_id, code="npo", name={"ja": "団体"}, kind="npo")
        db.session.add(organisation)
        db.session.flush()
        roles = {"event_id": event.id, "organisation_id": organisation.id, "role": "exhibitor"}
        db.session.add(Participation(**roles, exhibits=[{"ja": "展示"}]))
        part = {"session_id": session.id, "organisation_id": organisation.id, "role": "exhibitor", "position": 0}
        db.session.add(SessionOrganisation(**part))
        partner = invite(event, organisation, email="npo@example.jp", language="ja", closes_at=NOON + timedelta(days=1),
                         key=KEY, at=NOON, actor=ANONYMOUS)  # fmt: skip
        change = {"title": {"was": session.title, "wanted": {"ja": "新しい題"}}}
        waits = {"state": "waiting", "made_at": NOON, "taken": []}
        db.session.add(Suggestion(partner_id=partner.id, session_id=session.id, changes=change, **waits))


def values(event: Event) -> dict[str, list[str]]:
    """What can stand for each part of an address."""
    of = {
        "slug": [event.slug, "none"],
        "code": [*db.session.scalars(select(EventSession.code)), *db.session.scalars(select(Ticket.code))],
        "venue": [*db.session.scalars(select(Venue.slug))],
        "link": [*db.session.scalars(select(Registration.link)), "none"],
        "letter": [str(one) for one in db.session.scalars(select(Letter.uuid))],
        "device": [str(one) for one in db.session.scalars(select(Device.uuid))],
        "place": ["session:talk", "none"],
        "number": [*db.session.scalars(select(Ticket.number)), "1", "2"],
        "gate": [*db.session.scalars(select(Gate.code)), "none"],
        "pairing": [str(one) for one in db.session.scalars(select(Pairing.uuid))],
        "account": [str(one) for one in db.session.scalars(select(Account.uuid))],
        "kind": ["class", "delegation"],
        "whom": ["people", "class"],
        "letter_kind": ["confirmed", "none"],
        "question": [str(one) for one in db.session.scalars(select(Question.uuid))],
        "filename": ["icons/mark.svg"],
        "name": [*NAMES[:2], *list(PICTURES)[:2], "none"],
        "form": ["png", "svg", "csv", "xlsx", "none"],
        "person": [str(one) for one in db.session.scalars(select(Registration.uuid))],
        "errand": [str(UUID(int=1))],
        "ending": [*(one.ending for one in FORMATS.values()), "none"],
        "track": ["none"],
        "organisation": ["npo", "none"],
        "suggestion": [str(one) for one in db.session.scalars(select(Suggestion.uuid))],
        "secret": [secret_of(KEY, one) for one in db.session.scalars(select(PartnerLink.uuid))] + ["none"],
        "role": ["exhibitor", "none"],
        "day": [(NOON + timedelta(hours=2)).date().isoformat(), "none"],
        "part": ["venues", "categories", "organisations", "speakers", "rooms", "none"],
        "whose": ["venues", "organisations"],
        "owner": [*db.session.scalars(select(Venue.slug)), "none"],
        "language": ["ja", "en", "none"],
        "mailing": [str(one) for one in db.session.scalars(select(Mailing.uuid))],
        "year": [str(one) for one in db.session.scalars(select(FormerYear.uuid))],
        "key": ["room", "spectator", *db.session.scalars(select(Venue.slug))],
    }
    db.session.rollback()
    return of


def addresses(rule: Rule, known: dict[str, list[str]]) -> list[str]:
    """A handful of addresses of this route."""
    names = sorted(rule.arguments)
    assert set(names) <= set(known), f"{rule.rule}: teach this test values for {sorted(set(names) - set(known))}"
    built = (rule.build(dict(zip(names, chosen, strict=True))) for chosen in product(*(known[name] for name in names)))
    return [one[1] for one in islice(built, 12) if one]


def browsers(app: Flask, make: Make, event: Event) -> dict[str, tuple[FlaskClient, dict[str, str]]]:
    """The cast, and a paired scanner."""
    stranger = app.test_client()
    return {
        "owner": (make.signed_in(make.account("Owner", Role.OWNER, event)), {}),
        "door": (make.signed_in(make.dora(event)), {}),
        "viewer": (make.signed_in(make.account("Victor", Role.VIEWER, event)), {}),
        "stranger": (stranger, {}),
        "device": (stranger, {"Authorization": f"Bearer {TOKEN}"}),
    }


def state() -> dict[str, str]:
    """A digest of every row of every table."""
    found = {}
    for name, table in Model.metadata.tables.items():
        rows = sorted(repr(tuple(row)) for row in db.session.execute(table.select()))
        found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def test_no_get_writes_and_none_breaks(app: Flask, make: Make, event: Event) -> None:
    known, cast = values(event), browsers(app, make, event)
    before, broken, opened = state(), [], 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        for address in addresses(rule, known):
            for who, (browser, headers) in cast.items():
                with browser.get(address, headers=headers) as response:
                    opened += 1
                    if response.status_code >= 500:
                        broken.append(f"{who} {address}: {response.status_code}")
    assert broken == []
    assert state() == before
    assert opened > 100


def test_the_test_would_notice(app: Flask, make: Make, event: Event) -> None:
    before = state()
    make.host("another")
    assert state() != before
