"""The parts that forms of the programme's sessions are put together from."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.programme.rules import AdmissionRule, ParticipationRole
from app.web.forms import Form

ADMISSIONS = {
    AdmissionRule.WALK_IN: _l("Just come"),
    AdmissionRule.BOOKING_AND_WALK_IN: _l("Register, or come if there is room"),
    AdmissionRule.BOOKING_ONLY: _l("Register in advance"),
    AdmissionRule.APPROVAL: _l("Register; the organiser confirms"),
    AdmissionRule.LOTTERY: _l("Lottery"),
    AdmissionRule.CLOSED: _l("Staff and partners only"),
}
PERSON_ROLES = {
    "speaker": _l("Speaker"),
    "moderator": _l("Moderator"),
    "facilitator": _l("Facilitator"),
    "presenter": _l("Presenter"),
    "interpreter": _l("Interpreter"),
}
ORGANISATION_ROLES = {
    ParticipationRole.ORGANISER: _l("Organiser"),
    ParticipationRole.COOPERATION: _l("Cooperation"),
    ParticipationRole.SPEAKER: _l("On stage"),
    ParticipationRole.EXHIBITOR: _l("Exhibitor"),
    ParticipationRole.SCHOOL_CLASS: _l("School class"),
    ParticipationRole.DEPARTMENT: _l("City department"),
    ParticipationRole.PARTICIPANT: _l("Participant"),
}


class PersonForm(Form):
    """Somebody on stage: chosen, or new by name."""

    speaker = SelectField(_l("Person"), validate_choice=False)
    name_ja = StringField(_l("New person: name in Japanese"))
    name_en = StringField(_l("New person: name in English"))
    role = SelectField(
        _l("Role"), choices=[SelectChoice(one, name) for one, name in PERSON_ROLES.items()], validate_choice=False
    )
    affiliation_ja = StringField(_l("Affiliation in Japanese"))
    affiliation_en = StringField(_l("Affiliation in English"))


class OrganisationForm(Form):
    """An organisation with a part in the session."""

    organisation = SelectField(_l("Organisation"), validate_choice=False)
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(one.value, name) for one, name in ORGANISATION_ROLES.items()],
        validate_choice=False,
    )
