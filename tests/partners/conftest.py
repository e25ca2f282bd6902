"""An event in which two organisations share a session, each has one of its own, and each has its link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, EventSession, Organisation, Participation, Partner, SessionOrganisation
from app.programme.operations.partners import begin, invite
from app.programme.queries.partners import secret_for
from app.programme.rules import OrganisationKind, ParticipationRole
from app.web.actors import ANONYMOUS
from tests.console.editing import typed_in
from tests.make import NOON, Make, both

AT = NOON - timedelta(days=30)
CLOSES = NOON - timedelta(days=14)


@dataclass(frozen=True)
class Fair:
    """The event, its organisations by code, the secrets of their links, and Olga's browser."""

    app: Flask
    event: Event
    organisations: dict[str, Organisation]
    secrets: dict[str, str]
    olga: FlaskClient
    client: FlaskClient

    def partner(self, code: str) -> Partner:
        db.session.expire_all()
        chosen = db.select(Partner).filter_by(event_id=self.event.id, organisation_id=self.organisations[code].id)
        found: Partner = db.session.scalars(chosen).one()
        return found

    def session(self, code: str) -> EventSession:
        db.session.expire_all()
        chosen = db.select(EventSession).filter_by(event_id=self.event.id, code=code)
        found: EventSession = db.session.scalars(chosen).one()
        return found

    def at(self, code: str, rest: str = "") -> str:
        """An address behind a partner's link, in English."""
        return f"/p/{self.secrets[code]}{rest}?lang=en"

    def opened(self, code: str, rest: str) -> dict[str, Any]:
        """A form as a partner's browser has it."""
        page = self.client.get(self.at(code, rest))
        assert page.status_code == 200, page.status_code
        return typed_in(page.get_data(as_text=True))

    def suggest(self, code: str, rest: str, **typed: Any) -> TestResponse:
        """Open the form, change some fields, send it."""
        return self.send(code, rest, self.opened(code, rest), **typed)

    def send(self, code: str, rest: str, form: dict[str, Any], **typed: Any) -> TestResponse:
        """Send a form with some of its fields changed; - stands for the sign that names cannot have."""
        form = {name: value for name, value in form.items() if name != "more"}
        return self.client.post(
            self.at(code, rest), data={**form, **{k.replace("__", "-"): v for k, v in typed.items()}}
        )


@pytest.fixture(autouse=True)
def a_month_before(app: Flask) -> Iterator[None]:
    app.extensions["uketsuke_limits"].on = False
    with frozen(AT):
        yield


def keep(row: Any) -> Any:
    with transaction():
        db.session.add(row)
    return row


def organisation(event: Event, code: str, name: str, *, shows: list[str] | None = None) -> Organisation:
    """An organisation that takes part, with what it exhibits."""
    made: Organisation = keep(
        Organisation(host_id=event.host_id, code=code, name=both(name, code.title()), kind=OrganisationKind.NPO)
    )
    keep(
        Participation(
            event_id=event.id,
            organisation_id=made.id,
            role=ParticipationRole.EXHIBITOR,
            exhibits=[{"ja": one} for one in shows or []],
        )
    )
    return made


def takes_part(session: EventSession, one: Organisation, position: int = 0) -> None:
    keep(
        SessionOrganisation(
            session_id=session.id, organisation_id=one.id, role=ParticipationRole.SPEAKER, position=position
        )
    )


def invited(event: Event, one: Organisation, *, email: str | None = None, closes_at: datetime = CLOSES) -> str:
    """The secret of its link."""
    with transaction():
        partner = invite(
            event, one, email=email, language="en", closes_at=closes_at, key=KEY, at=AT - timedelta(days=2),
            actor=ANONYMOUS,
        )  # fmt: skip
        begin(partner.id, at=AT - timedelta(days=1))
    secret = secret_for(partner.id, key=KEY)
    assert secret is not None
    return secret


KEY = "a secret for tests only, nowhere else used"


@pytest.fixture
def fair(app: Flask, make: Make, client: FlaskClient) -> Fair:
    event = make.event("fair", contact={"email": "office@example.jp"})
    talk = make.session(event, "talk", title=both("講演", "Talk"), description=both("お話", "A talk"), capacity=50)
    shared = make.session(event, "shared", title=both("座談会", "Round table"), starts_at=NOON + timedelta(hours=2))
    other = make.session(event, "other", title=both("ほかの講座", "Other"), starts_at=NOON + timedelta(hours=4))
    greens, blues = (
        organisation(event, "greens", "みどりの会", shows=["写真展"]),
        organisation(event, "blues", "あおの会"),
    )
    for session, one, position in ((talk, greens, 0), (shared, greens, 0), (shared, blues, 1), (other, blues, 0)):
        takes_part(session, one, position)
    make.release(event)
    secrets = {"greens": invited(event, greens, email="greens@example.jp"), "blues": invited(event, blues)}
    return Fair(app, event, {"greens": greens, "blues": blues}, secrets, make.signed_in(make.olga(event)), client)
