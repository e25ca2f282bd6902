"""Joining and leaving the staff of an event; sessions together with the places that doors count in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Account
from app.accounts.operations import add_account, grant, withdraw
from app.accounts.queries import account_by_email, membership_in
from app.audit import record
from app.console.queries import name_in
from app.errors import NotFound
from app.programme.models import Event, EventSession
from app.programme.operations import InUse, add_session, delete_session
from app.programme.queries.sessions import session_in
from app.programme.rules.facts import EventSessionFacts, SpeakerFacts
from app.web.actors import Actor, Role
from checkin.operations import forget_place, prepare_door
from checkin.queries.printed import subjects_of


@dataclass(frozen=True)
class Joined:
    """Who joined, under the name that this host knows; `stranger`: without any role of this host until now."""

    account: Account
    name: str
    stranger: bool


def join(event: Event, *, email: str, name: str, role: Role, password_hash: str, at: datetime, actor: Actor) -> Joined:
    """Give a person a role in the event; who has no account yet gets one with this password.

    Nothing of what comes back tells whether another host knows this address.
    """
    account = account_by_email(email) or add_account(email=email, name=name, password_hash=password_hash, at=at)
    known_here = name_in(event, account)
    membership = grant(account.id, role, host_id=event.host_id, event_id=event.id, at=at, actor=actor)
    if known_here is None:
        membership.known_as = name.strip()
    return Joined(account, known_here or name.strip(), stranger=known_here is None)


def leave(event: Event, account: Account, *, at: datetime, actor: Actor) -> None:
    """Take back the role in this event; a role in the whole host stays. Raises NotFound, Refused."""
    membership = membership_in(account.id, host_id=event.host_id, event_id=event.id)
    if membership is None:
        raise NotFound
    withdraw(membership, at=at, actor=actor)


def add_to_programme(
    event: Event, wanted: EventSessionFacts, *, people: Iterable[SpeakerFacts] = (), at: datetime, actor: Actor
) -> EventSession:
    """A new session, and a place and a gate for its door. Raises BadDocument."""
    made = add_session(event, wanted, people=people, at=at, actor=actor)
    prepare_door(event)
    return made


def remove_from_programme(event: Event, code: str, *, version: int, at: datetime, actor: Actor) -> None:
    """Take a session away that nobody booked and nobody entered. Raises InUse, ChangedMeanwhile."""
    session = session_in(event, code)
    if session.version == version and not forget_place(session.id):
        raise InUse
    delete_session(event, code, version=version, at=at, actor=actor)


def note_printed(event_id: int, what: str, subject: str, *, number: int, at: datetime, actor: Actor) -> None:
    """Somebody took people's names along on paper: which list, of how many registrations, never whose."""
    record(actor, f"{what}.print", subject, at=at, event_id=event_id, registrations=number)


def note_sheet(event_id: int, place_id: int, what: str, *, kind: str, at: datetime, actor: Actor) -> None:
    """A sheet to count on is printed, or it or a roster was not used. what: print or unused."""
    record(actor, f"{kind}.{what}", subjects_of(event_id)[place_id], at=at, event_id=event_id)
