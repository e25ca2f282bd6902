"""An event with its staff, each in a browser of their own, and a stranger."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from app.programme.models import Event
from app.web.actors import Role
from tests.make import Make


@dataclass(frozen=True)
class Cast:
    """Everybody's browser; Sam is on the staff of another host's event, Stranger is not signed in."""

    event: Event
    owner: FlaskClient
    olga: FlaskClient
    dora: FlaskClient
    victor: FlaskClient
    sam: FlaskClient
    stranger: FlaskClient

    def statuses(self, path: str) -> dict[str, int]:
        """What each of them gets."""
        names = ("owner", "olga", "dora", "victor", "sam", "stranger")
        return {name: getattr(self, name).get(path).status_code for name in names}


@pytest.fixture
def cast(make: Make, client: FlaskClient) -> Cast:
    event = make.event("fair")
    other = make.event("other", host=make.host("elsewhere"))
    return Cast(
        event=event,
        owner=make.signed_in(make.account("Owner", Role.OWNER, event)),
        olga=make.signed_in(make.olga(event)),
        dora=make.signed_in(make.dora(event)),
        victor=make.signed_in(make.account("Victor", Role.VIEWER, event)),
        sam=make.signed_in(make.account("Sam", Role.OWNER, other)),
        stranger=client,
    )
