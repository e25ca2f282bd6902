"""What comes to a door at once: a batch, and whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.values import Value
from app.web.actors import DeviceActor
from checkin.rules.claims import Batch
from checkin.rules.times import Clock


class Sent(Value, frozen=True):
    """A batch, the device that sent it, and when it arrived. `account_id`: whose hand it was at a desk, where no device
    is. `kept_since`: when it first arrived, if it is judged only now: its lines stand in the ledger from now on."""

    device: DeviceActor
    batch: Batch
    received_at: datetime
    account_id: int | None = None
    kept_since: datetime | None = None

    @property
    def arrived_at(self) -> datetime:
        """When it first arrived."""
        return self.kept_since or self.received_at

    @property
    def device_id(self) -> int | None:
        return self.device.device_id if self.account_id is None else None

    @property
    def clock(self) -> Clock:
        """The device's clock against ours."""
        return Clock(self.batch.sent_at, self.received_at, self.batch.clock)

    def made(self, columns: Mapping[str, Any]) -> bool:
        """Whether it was this device, or this person at a desk, that wrote a line with these columns."""
        who = columns["device_id"], columns["account_id"] if self.account_id is not None else None
        return who == (self.device_id, self.account_id)
