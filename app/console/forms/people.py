"""Who joins the staff of an event."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf

from app.accounts.forms import PersonForm, needed
from app.web.actors import Role

ROLES = {
    Role.OWNER: (_l("Owner"), _l("Everything, and who may do what.")),
    Role.ORGANISER: (_l("Event organiser"), _l("Programme, registrations, letters, devices and figures.")),
    Role.DOOR: (_l("Door staff"), _l("Reads codes and counts people at the doors. Sees no figures and no lists.")),
    Role.VIEWER: (_l("Viewer"), _l("Sees figures, changes nothing.")),
}
"""Each role's name, and in one sentence what its person may do."""


class MemberForm(PersonForm):
    """A person who joins, and the role."""

    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, name) for role, (name, _about) in ROLES.items()],
        validators=[needed(_l("Choose a role.")), AnyOf(list(Role), message=_l("Choose a role."))],
        validate_choice=False,
    )
