"""Letters about a registration: text and HTML, the code inline, the confirmed sessions as a calendar file."""

from registrations.letters.composing import compose
from registrations.letters.parts import when_event

__all__ = ["compose", "when_event"]
