"""What a line says of its party in one number, where millions are crossed as columns of whole numbers."""

from collections.abc import Mapping, Sequence

from analytics.rules.crossing import Dimension
from app.programme.rules import OrganisationKind
from app.programme.rules.columns import LANGUAGES
from checkin.rules.times import LEAD_NAMES
from registrations.rules import PartyKind

BITS, OTHER = 4, 15
"""Each in so many bits: which value, 0 for none."""
SAID_OF_PARTY: Mapping[Dimension, Sequence[str]] = {
    Dimension.PARTY: tuple(PartyKind),
    Dimension.ORGANISATION: tuple(OrganisationKind),
    Dimension.LANGUAGE: LANGUAGES,
    Dimension.LEAD: LEAD_NAMES,
}
AT = {one: BITS * number for number, one in enumerate(SAID_OF_PARTY)}
