"""What is typed about gates and the devices that are paired there."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.accounts.forms import needed
from app.console.forms.editing import EditForm
from app.console.forms.fields import DigitsField, NumberField, TextsField
from app.console.forms.programme import NAME_NEEDED
from app.programme.models import Room, Venue
from app.web.forms import Form
from app.web.languages import plain
from checkin.operations import GateWish
from checkin.operations.pairing import MOST_DEVICES
from checkin.rules import GateKind
from checkin.rules.pairing import PairedAs

GATE_KINDS = {
    GateKind.ENTRANCE: _l("Entrance of a venue"),
    GateKind.ROOMS: _l("Door of one or several rooms"),
}
PAIRED_AS = {
    PairedAs.SCAN: (_l("Scan only"), _l("Reads codes and counts people without a ticket.")),
    PairedAs.SEARCH: (_l("Scan and search"), _l("Also finds a ticket by name, reading or short number.")),
    PairedAs.SUPERVISOR: (
        _l("Supervisor"),
        _l("Also admits people in spite of a “no”, and undoes what others did, each time with the PIN."),
    ),
}
UNTIL = {
    "event": _l("Until one day after the event"),
    "day": _l("For one day from now"),
}
CHOOSE = _l("Choose one.")
NO_PIN = _l("Type 4 to 6 digits.")
Rooms = Mapping[str, tuple[Venue, Room]]


class GateForm(EditForm):
    """A gate: what it is called, and where one stands."""

    name = TextsField(_l("Name of the gate"), needed=NAME_NEEDED)
    kind = RadioField(
        _l("Where is it?"),
        choices=[SelectChoice(str(one), word) for one, word in GATE_KINDS.items()],
        validators=[needed(CHOOSE)],
    )
    venue = SelectField(_l("Venue, for an entrance"))
    rooms = SelectMultipleField(_l("Rooms, for a door"))
    new_today = BooleanField(
        _l("People counted here without a ticket are here for the first time today"),
        description=_l("Usual at an entrance. At a room's door they were mostly counted at the entrance before."),
    )

    def offer(self, venues: list[Venue], rooms: Rooms) -> "GateForm":
        """The same form with what can be chosen."""
        self.venue.choices = [SelectChoice(one.slug, plain(one.name)) for one in venues]
        several = len(venues) > 1
        self.rooms.choices = [
            SelectChoice(key, f"{plain(venue.name)} {plain(room.name)}" if several else plain(room.name))
            for key, (venue, room) in rooms.items()
        ]
        self.known = rooms
        return self

    def validate_rooms(self, field: Any) -> None:
        """A door needs rooms, all of one venue."""
        if self.kind.data != GateKind.ROOMS:
            return
        if not field.data:
            raise ValidationError(_l("Choose at least one room."))
        if len({self.known[key][0].id for key in field.data if key in self.known}) > 1:
            raise ValidationError(_l("Choose rooms of one venue only."))

    def wish(self, venues: list[Venue]) -> GateWish:
        """The gate as typed; the form is valid."""
        chosen = [self.known[key] for key in self.rooms.data or []] if self.kind.data == GateKind.ROOMS else []
        venue = chosen[0][0] if chosen else next(one for one in venues if one.slug == self.venue.data)
        return GateWish(self.name.data, venue, [room for _, room in chosen], bool(self.new_today.data))


class PairingForm(Form):
    """For which devices a code is shown."""

    paired_as = RadioField(
        _l("What the device may do"),
        choices=[SelectChoice(str(one), word) for one, (word, _) in PAIRED_AS.items()],
        default=str(PairedAs.SCAN),
        validators=[needed(CHOOSE)],
    )
    pin = DigitsField(
        _l("PIN of the supervisor"),
        pattern="[0-9]{4,6}",
        wrong=NO_PIN,
        description=_l("4 to 6 digits, only for supervisors. The device asks for it; tell it in person."),
    )
    names = BooleanField(
        _l("Search names without a network too"),
        description=_l(
            "Not for “Scan only”. While its page is open, the device then holds everybody's names and codes in memory: "
            "only for devices that stay in good hands."
        ),
    )
    until = RadioField(
        _l("How long"),
        choices=[SelectChoice(one, word) for one, word in UNTIL.items()],
        default="event",
        validators=[needed(CHOOSE)],
    )
    devices = NumberField(
        _l("How many devices"), least=1, most=MOST_DEVICES, needed=_l("Type how many devices."), default=1
    )

    def validate_pin(self, field: Any) -> None:
        """A supervisor has one."""
        if self.paired_as.data == PairedAs.SUPERVISOR and not field.data:
            raise ValidationError(NO_PIN)
