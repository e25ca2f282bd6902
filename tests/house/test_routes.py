"""Every door has a lock: the table of all routes and their guards is written down, and is the application's."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask

from app.web.actors import Right
from app.web.guards import UnguardedRoute, guard_of, refuse_unguarded, requires

TABLE = Path(__file__).with_name("routes.txt")


def lines_of(app: Flask) -> list[str]:
    """Guard, methods, path and endpoint of each route, in order of the path."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return [
        f"{guard_of(app, rule.endpoint)!s:<32} {'+'.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'})):<8} "
        f"{rule.rule}  {rule.endpoint}"
        for rule in rules
    ]


def test_the_table_of_routes_is_that_of_the_application(app: Flask) -> None:
    written = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    assert lines_of(app) == written, f"If the change is meant, write it into {TABLE.name}."


def test_a_route_without_a_guard_stops_the_start(app: Flask) -> None:
    naked = Blueprint("naked", __name__)
    naked.add_url_rule("/naked", "view", lambda: "")
    fresh = Flask("fresh")
    fresh.register_blueprint(naked)
    with pytest.raises(UnguardedRoute, match="/naked"):
        refuse_unguarded(fresh)


def test_a_guarded_view_keeps_its_guard_under_other_decorators() -> None:
    @requires(Right.EDIT_EVENT)
    def view() -> str:
        return ""

    assert str(view.guard) == "staff:edit_event"  # type: ignore[attr-defined]


def test_who_may_write_in_public_is_listed(app: Flask) -> None:
    """A public POST has no cookie to protect it: each one is a decision."""
    open_writes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"} and str(guard_of(app, rule.endpoint)) == "public"
    }
    written = {
        line.split()[-1]
        for line in TABLE.read_text().splitlines()
        if line.startswith("public") and line.split()[1] != "GET"
    }
    assert open_writes == written


def test_rights_in_the_table_exist(app: Flask) -> None:
    kinds = {"public", "staff", "device", *(f"staff:{one}" for one in Right)}
    kinds |= {f"staff_or_device:{one}" for one in Right}
    assert {str(guard_of(app, rule.endpoint)) for rule in app.url_map.iter_rules()} <= kinds
