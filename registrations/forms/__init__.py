"""The shape of what people type: registering, and changing by the private link."""

from registrations.forms.fields import clean_email, clean_name
from registrations.forms.groups import GroupChangeForm, GroupForm, class_roles, labels_of
from registrations.forms.keys import FormKey, new_form_key, read_form_key
from registrations.forms.shapes import ChangeForm, RegistrationForm

__all__ = [
    "ChangeForm",
    "FormKey",
    "GroupChangeForm",
    "GroupForm",
    "RegistrationForm",
    "class_roles",
    "clean_email",
    "clean_name",
    "labels_of",
    "new_form_key",
    "read_form_key",
]
