"""A page as a screen reader is told it: Chromium's accessibility tree."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

SAID = ("required", "invalid", "checked", "expanded", "level", "focused")


@dataclass(frozen=True)
class Heard:
    """One thing: what it is, its name, its description, its state."""

    role: str
    name: str
    description: str
    state: dict[str, Any] = field(default_factory=dict)


def heard(page: Page) -> list[Heard]:
    """Everything that is not ignored, in the order of the tree."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    return [_node(one) for one in nodes if not one["ignored"]]


def only(things: list[Heard], role: str, name: str) -> Heard:
    """The one thing of this role whose name begins so."""
    found = [one for one in things if one.role == role and one.name.startswith(name)]
    assert len(found) == 1, (role, name, [one.name for one in things if one.role == role])
    return found[0]


def _node(node: Any) -> Heard:
    state = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    role, name, description = (
        str(node.get(one, {}).get("value", "")).strip() for one in ("role", "name", "description")
    )
    return Heard(role, name, description, {one: state[one] for one in SAID if one in state})
