"""How a browser sends the registration form: fetch it, keep its hidden key, post it."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.programme.models import Event


def key_on(page: TestResponse) -> str:
    """The signed key in the form."""
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page.get_data(as_text=True))
    assert found
    return found[1]


def typed(**given: Any) -> dict[str, Any]:
    """What Ana types; None leaves a field out."""
    facts = {"name": "Ana", "category": "spectator", "consent": "y", **given}
    return {name.replace("__", "-"): value for name, value in facts.items() if value is not None}


def send(client: FlaskClient, event: Event, query: str = "", **given: Any) -> TestResponse:
    """Open the form and send it filled in."""
    address = f"/events/{event.slug}/register{query}"
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, data={"key": key_on(page), **typed(**given)})


def errors_on(page: TestResponse) -> list[str]:
    """The sentences of the error summary, as text."""
    found = re.search(r'<div class="error-summary".*?</ul>', page.get_data(as_text=True), re.DOTALL)
    if not found:
        return []
    lines = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).strip() for line in lines]
