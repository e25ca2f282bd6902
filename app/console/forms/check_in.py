"""What is typed at a check-in desk: who of a party came, why somebody is admitted anyway, why one is taken back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.console.forms.fields import NumberField
from app.web.forms import Form
from checkin.operations.desk import DeskAct
from checkin.rules import Act, Direction, Reason
from checkin.rules.desk import RestoreReason, UndoReason
from registrations.rules import LARGEST_GROUP

REASONS = {
    Reason.IDENTITY_CHECKED: _l("identity checked"),
    Reason.PROOF_SHOWN: _l("proof shown"),
    Reason.ORGANISER_ALLOWED: _l("the organiser allowed it"),
    Reason.SYSTEM_WRONG: _l("the system was wrong"),
    Reason.OTHER: _l("another one"),
}
UNDO_REASONS = {
    UndoReason.WRONG_PERSON: _l("the wrong person was chosen"),
    UndoReason.WRONG_NUMBER: _l("the numbers were wrong"),
    UndoReason.WRONG_PLACE: _l("the wrong place was chosen"),
    UndoReason.DID_NOT_GO_IN: _l("they did not go in after all"),
    UndoReason.OTHER: _l("another one"),
}
RESTORE_REASONS = {
    RestoreReason.WRONG_PERSON: _l("the wrong person was chosen"),
    RestoreReason.FOUND_AGAIN: _l("the lost ticket was found"),
    RestoreReason.OTHER: _l("another one"),
}
CHOOSE = _l("Choose a reason.")
DOINGS = ("admit", "everybody", "numbers", "walk_in", "leave", "leave_numbers", "anyway")
NUMBERED = ("numbers", "leave_numbers")


class AdmissionForm(Form):
    """One ticket at a desk; the fields of the numbers follow its party, or whom of it the door expects."""

    act = HiddenField()
    reason = SelectField(
        _l("Reason"),
        default="",
        choices=[
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(str(one), word) for one, word in REASONS.items()),
        ],
    )
    keys: tuple[str, ...]

    @classmethod
    def of(cls, labels: Mapping[str, str], expected: Mapping[str, int], typed: Any = None) -> "AdmissionForm":
        """The form with a number for each of these categories; as expected, or as it was typed."""
        numbers = {f"number_{key}": NumberField(label, least=0, most=LARGEST_GROUP) for key, label in labels.items()}
        given = {f"number_{key}": number for key, number in expected.items()}
        form: AdmissionForm = type("AdmissionForm", (cls,), numbers)(typed, data={"act": str(uuid4()), **given})
        form.keys = tuple(labels)
        return form

    @property
    def rows(self) -> list[Any]:
        """The fields of the numbers."""
        return [self[f"number_{key}"] for key in self.keys]

    @property
    def _people(self) -> dict[str, int]:
        """Numbers above zero by category."""
        typed = {key: self[f"number_{key}"].data or 0 for key in self.keys}
        return {key: number for key, number in typed.items() if number}

    def read(self, do: str, place: str, number: str) -> DeskAct | None:
        """The act that was asked for; None: sentences stand beside the fields."""
        if not self.validate():
            return None
        if do == "anyway" and not self.reason.data:
            self.reason.errors = [*self.reason.errors, CHOOSE]
            return None
        people = self._people if do in (*NUMBERED, "anyway") else {}
        if do in NUMBERED and not people:
            self.form_errors.append(_l("Type at least one number."))
            return None
        return DeskAct(
            act_id(self.act.data),
            place,
            number,
            act=Act.WALK_IN if do == "walk_in" else Act.SCAN,
            direction=Direction.OUT if do.startswith("leave") else Direction.IN,
            people=people or None,
            everybody=do in ("everybody", "walk_in") or (do == "anyway" and not people),
            force=Reason(self.reason.data) if do == "anyway" else None,
        )


class TakingBackForm(Form):
    """Which entry is taken back, and why."""

    act = HiddenField()
    scan = HiddenField()
    why = SelectField(
        _l("Reason"),
        default="",
        choices=[
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(str(one), word) for one, word in UNDO_REASONS.items()),
        ],
    )

    def read(self, place: str) -> DeskAct | None:
        """The undo; None: no reason was chosen. Raises ValueError for what no page offers."""
        if not self.validate() or not self.why.data:
            return None
        undoes = UUID(self.scan.data or "")
        return DeskAct(act_id(self.act.data), place, act=Act.UNDO, undoes=undoes, why=UndoReason(self.why.data))


class RestoringForm(Form):
    """Why a lost ticket is good again."""

    reason = SelectField(
        _l("Reason"),
        default="",
        choices=[
            SelectChoice("", _l("Choose a reason")),
            *(SelectChoice(str(one), word) for one, word in RESTORE_REASONS.items()),
        ],
    )


def act_id(typed: str | None) -> UUID:
    """The id that the form carried, or a new one."""
    try:
        return UUID(typed or "")
    except ValueError:
        return uuid4()
