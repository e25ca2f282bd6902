"""The organiser's own words in an event file, judged as the console judges them."""

from collections.abc import Iterable

from app.programme.rules.faults import Fault, shown
from app.programme.rules.settings import LetterFacts
from registrations.letters.kinds import KINDS
from registrations.letters.placeholders import faults


def letter_faults(letters: Iterable[LetterFacts]) -> list[Fault]:
    """Kinds that there are not, and placeholders that the kind does not know."""
    found = []
    for one in letters:
        place = f"letters.{one.kind}.{one.language}"
        if one.kind not in KINDS:
            found.append(Fault(place, shown(one.kind), f"one of {', '.join(sorted(KINDS))}"))
            continue
        allowed = KINDS[one.kind].placeholders
        for name in ("subject", "body"):
            wrong = faults(getattr(one, name), allowed)
            expected = f"placeholders of this letter: {', '.join(sorted(allowed))}"
            found += [Fault(f"{place}.{name}", shown(text), expected) for text in wrong]
    return found
