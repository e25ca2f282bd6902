"""Forms opened, filled in and sent, as a browser does it."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Host
from app.db import db
from app.programme.models import (
    Event,
)

BASE = "/console/events/fair/programme"
_FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]*>|<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>')


def typed_in(page: str) -> dict[str, Any]:
    """What a browser would send back of the page's edit form, untouched."""
    form = page[page.index('<form class="form"') : page.index("</form>", page.index('<form class="form"'))]
    sent: dict[str, Any] = {}
    for found in _FIELD.finditer(form):
        tag, name = found[0], found[1] or found[2]
        value = re.search(r' value="([^"]*)"', tag)
        if 'type="radio"' in tag or 'type="checkbox"' in tag:
            if " checked" in tag:
                sent.setdefault(name, []).append(value[1] if value else "y")
        else:
            sent[name] = _unescaped(found[3] if found[2] else value[1] if value else "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = (
            re.findall(r'<option selected value="([^"]*)"', options) or re.findall(r'value="([^"]*)"', options)[:1]
        )
    return sent


def _unescaped(text: str) -> str:
    for code, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text


def opened(client: FlaskClient, path: str) -> dict[str, Any]:
    page = client.get(path)
    assert page.status_code == 200, path
    return typed_in(page.get_data(as_text=True))


def post(client: FlaskClient, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    secret = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/console/password").get_data(as_text=True))
    assert secret
    return client.post(path, data={**(form or {}), "csrf_token": secret[1], **more})


def changed(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """Open the form, change some fields, send it."""
    return post(client, path, opened(client, path), **more)


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def one(kind: Any, **where: Any) -> Any:
    db.session.expire_all()
    return db.session.scalars(db.select(kind).filter_by(**where)).one()


def venue_path(event: Event) -> str:
    return f"{BASE}/venues/hall-{event.id}"


def host_of(ident: int) -> Any:
    return db.session.get_one(Host, ident)
