"""What changes at a door: scans recorded, devices made and ended, gates and places prepared, attendance brought in.
All flush and none commit."""

from checkin.operations.devices import end_device, enrol_device
from checkin.operations.recording import record_scans

__all__ = ["end_device", "enrol_device", "record_scans"]
