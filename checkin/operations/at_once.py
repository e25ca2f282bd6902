"""Scans of doors that are online, recorded together: whose they are is asked with all else that is asked for them."""

from collections.abc import Sequence
from datetime import datetime

from app.values import Value
from app.web.actors import DeviceActor
from app.writer import Wire
from checkin.operations.answers import Answer
from checkin.operations.recording import record_batches
from checkin.operations.sent import Sent
from checkin.queries.devices import working_devices
from checkin.rules.claims import Batch


class Arrived(Value, frozen=True):
    """A batch with the token that came with it (as it is kept), and when it arrived."""

    token: bytes
    batch: Batch
    received_at: datetime


def record_arrived(wire: Wire, slug: str, arrived: Sequence[Arrived]) -> list[list[Answer] | None]:
    """One answer per scan, as `record_batches` gives them; None, and nothing kept, where the token is that of no
    working device of this event. Which it is instead, and what follows from that, is for who asks again alone."""
    earliest = min(one.received_at for one in arrived)
    devices = working_devices(wire, slug, {one.token for one in arrived}, at=earliest)
    sent = [_sent(one, devices.get(one.token)) for one in arrived]
    known = [one for one in sent if one is not None]
    answers = iter(record_batches(wire, slug, known) if known else ())
    return [next(answers) if one else None for one in sent]


def _sent(one: Arrived, found: tuple[DeviceActor, datetime] | None) -> Sent | None:
    if found is None or found[1] <= one.received_at:
        return None
    return Sent(found[0], one.batch, one.received_at)
