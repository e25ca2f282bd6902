"""The figures for programs: as the interface describes them, and the same as on the pages."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analytics.exports import doors, registering
from app.programme.models import Event
from tests.analytics.reading import api_tables, csv_table, page_tables
from tests.analytics.test_door_figures import doors as seen  # noqa: F401
from tests.analytics.test_registering_figures import booked as booked  # noqa: PLC0414
from tests.console.conftest import Cast
from tests.console.conftest import cast as cast  # noqa: PLC0414

FIGURES = "/api/v1/events/fair/attendance"
PAGES = "/console/events/fair/attendance"
PATHS = ("", "?every=5", "/registrations", "/registrations?session=talk", "/rooms?every=15",
         "/crossed?rows=day&columns=method&of=people")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_figures_are_as_the_interface_describes_them(cast: Cast, booked: Event, path: str) -> None:
    description = cast.sam.get("/api/v1/openapi.json").get_json()
    told = description["paths"]["/api/v1/events/{slug}/attendance" + path.partition("?")[0]]["get"]
    assert (told["security"], list(description["components"]["securitySchemes"])) == ([{"signIn": []}], ["signIn"])
    schema = told["responses"]["200"]["content"]["application/json"]["schema"]
    answer = cast.olga.get(FIGURES + path)
    Draft202012Validator(schema | {"components": description["components"]}).validate(answer.get_json())
    for stranger in (cast.sam, cast.dora, cast.stranger):
        problem = told["responses"][str(stranger.get(FIGURES + path).status_code)]["content"]
        assert list(problem) == ["application/problem+json"]


@pytest.mark.parametrize(("part", "names"), [("registrations", registering.NAMES), ("rooms", doors.NAMES)])
def test_tables_of_registrations_and_rooms_are_those_of_page_and_file(
    request: pytest.FixtureRequest, cast: Cast, part: str, names: tuple[str, ...]
) -> None:
    request.getfixturevalue({"registrations": "booked", "rooms": "seen"}[part])
    tables = api_tables(cast.olga.get(f"{FIGURES}/{part}?lang=en").get_json(), "en")
    assert set(tables) == set(names)
    page = page_tables(cast.olga.get(f"{PAGES}/{part}?lang=en").get_data(as_text=True))
    assert page
    for name, rows in tables.items():
        assert csv_table(cast.olga.get(f"{PAGES}/{part}/{name}.csv?lang=en").data) == rows, name
        assert not rows or page.get(name) == rows, name


def test_the_curve_may_be_of_one_session(cast: Cast, booked: Event) -> None:
    def title(path: str) -> Any:
        return cast.olga.get(f"{FIGURES}/registrations?lang=en{path}").get_json()["tables"]["curve"]["title"]

    assert title("") == title("&session=nothing") == "Registrations by day"
    assert title("&session=talk") == "Places asked for by day: talk"
