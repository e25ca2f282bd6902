"""A wrong clock of a device is listed for people to look at: once, until somebody has."""

from checkin.operations.doorway import Doorway
from checkin.queries import devices


def shows_it_first(doorway: Doorway, device_id: int) -> bool:
    """Whether no open conflict says yet that this device's clock is wrong; from now on one does."""
    if device_id in doorway.clocks_flagged or devices.clock_is_flagged(doorway.bind, doorway.event.id, device_id):
        return False
    doorway.clocks_flagged.add(device_id)
    return True
