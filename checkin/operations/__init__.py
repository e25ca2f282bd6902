"""What changes at a door: scans recorded, devices made and ended, gates and places prepared, attendance brought in.
All flush and none commit."""

from checkin.operations.deleting import StillNeeded, delete_draft
from checkin.operations.devices import end_device, enrol_device
from checkin.operations.doorway import Sent
from checkin.operations.gates import forget_place, prepare_door
from checkin.operations.importing import import_attendance
from checkin.operations.practising import Practice
from checkin.operations.recording import record_batches, record_scans
from checkin.operations.things import add_with_door, change_with_door, delete_with_door, use_with_door

__all__ = [
    "Practice",
    "Sent",
    "StillNeeded",
    "add_with_door",
    "change_with_door",
    "delete_draft",
    "delete_with_door",
    "end_device",
    "enrol_device",
    "forget_place",
    "import_attendance",
    "prepare_door",
    "record_batches",
    "record_scans",
    "use_with_door",
]
