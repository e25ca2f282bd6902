"""Whether answers are still as a form showed them: two people may change them at once, and neither overwrites."""

import hashlib
import json
from collections.abc import Mapping

from registrations.rules.questions import Value


def fingerprint(given: Mapping[int, Value]) -> str:
    """Equal for equal answers, by id of the question: what a form carries about those it was filled with.
    Empty without any."""
    if not given:
        return ""
    text = json.dumps(sorted(given.items()), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
