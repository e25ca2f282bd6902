"""What changes at a door: scans recorded, devices made and ended, gates and places prepared, attendance brought in.
All flush and none commit."""

from checkin.operations.at_once import Arrived, record_arrived
from checkin.operations.contact import Report, note_report
from checkin.operations.deleting import StillNeeded, delete_draft
from checkin.operations.devices import end_device, enrol_device
from checkin.operations.gate_editing import (
    GateWish,
    add_gate,
    change_gate,
    move_gate,
    retire_gate,
    use_gate_again,
)
from checkin.operations.gates import forget_place, prepare_door
from checkin.operations.importing import import_attendance
from checkin.operations.pairing import close_pairing, end_of_devices, open_pairing, pair, renew_pairing
from checkin.operations.paper import Sheet, type_sheet
from checkin.operations.practising import Practice
from checkin.operations.recording import record_batches, record_scans
from checkin.operations.sent import Sent
from checkin.operations.settling import reopen, settle, take_back
from checkin.operations.things import add_with_door, change_with_door, delete_with_door, use_with_door
from checkin.operations.tying import tie

__all__ = [
    "Arrived",
    "GateWish",
    "Practice",
    "Report",
    "Sent",
    "Sheet",
    "StillNeeded",
    "add_gate",
    "add_with_door",
    "change_gate",
    "change_with_door",
    "close_pairing",
    "delete_draft",
    "delete_with_door",
    "end_device",
    "end_of_devices",
    "enrol_device",
    "forget_place",
    "import_attendance",
    "move_gate",
    "note_report",
    "open_pairing",
    "pair",
    "prepare_door",
    "record_arrived",
    "record_batches",
    "record_scans",
    "renew_pairing",
    "reopen",
    "retire_gate",
    "settle",
    "take_back",
    "tie",
    "type_sheet",
    "use_gate_again",
    "use_with_door",
]
