"""What leaves the house, read by who had no part in writing it: a second calendar parser, schema.org's own words."""

import json
from typing import Any

import pytest
import vobject
from flask import Flask
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker

from app.programme.exports import FORMATS, edition_of
from tests.make import Make
from tests.programme.files import demo, publish

BASE = "https://fair.example.jp"
BOTH = pytest.mark.parametrize("name", ["yocolab-2023", "practice"])

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?$"}
LINK = {"type": "string", "pattern": "^https://"}
PLACE = {
    "type": "object",
    "required": ["@type", "name"],
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "Place"},
        "name": TEXT,
        "address": TEXT,
        "geo": {
            "type": "object",
            "required": ["@type", "latitude", "longitude"],
            "properties": {
                "@type": {"const": "GeoCoordinates"},
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
            },
        },
        "containedInPlace": {"$ref": "#/$defs/Place"},
    },
}
VIRTUAL = {
    "type": "object",
    "required": ["@type", "url"],
    "additionalProperties": False,
    "properties": {"@type": {"const": "VirtualLocation"}, "url": LINK},
}
NAMED = {"type": "object", "required": ["@type", "name"], "properties": {"name": TEXT}}
WHERE = {"anyOf": [{"$ref": "#/$defs/Place"}, VIRTUAL]}
# schema.org/Event: the properties that this product uses, each with the types that schema.org expects there.
# name, startDate and location are what search engines ask of an Event at least.
EVENT = {
    "type": "object",
    "required": ["@type", "name", "startDate", "location"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "Event"},
        "@id": LINK,
        "url": LINK,
        "name": TEXT,
        "description": TEXT,
        "startDate": MOMENT,
        "endDate": MOMENT,
        "doorTime": MOMENT,
        "duration": {"type": "string", "pattern": r"^PT\d+H\d+M$"},
        "eventStatus": {
            "enum": [
                f"https://schema.org/Event{one}"
                for one in ("Scheduled", "Cancelled", "MovedOnline", "Postponed", "Rescheduled")
            ]
        },
        "eventAttendanceMode": {
            "enum": [f"https://schema.org/{one}EventAttendanceMode" for one in ("Offline", "Online", "Mixed")]
        },
        "inLanguage": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        "license": TEXT,
        "maximumAttendeeCapacity": {"type": "integer", "minimum": 0},
        "location": {"anyOf": [WHERE, {"type": "array", "minItems": 1, "items": WHERE}]},
        "performer": {"type": "array", "items": NAMED},
        "organizer": {"type": "array", "items": NAMED},
        "subEvent": {"type": "array", "items": {"$ref": "#/$defs/Event"}},
    },
}
SCHEMA: dict[str, Any] = {"$ref": "#/$defs/Event", "$defs": {"Event": EVENT, "Place": PLACE}}


def written(make: Make, name: str, form: str) -> bytes:
    return FORMATS[form].write(edition_of(publish(make.host(), demo(name)), base_url=BASE))


@BOTH
def test_two_parsers_read_the_same_calendar(app: Flask, make: Make, name: str) -> None:
    content = written(make, name, "ics").decode()
    ours: list[Any] = list(Calendar.from_ical(content).walk("VEVENT"))
    theirs = list(vobject.readOne(content).vevent_list)
    assert [
        (one.uid.value, one.summary.value, one.dtstart.value, one.dtend.value, one.status.value) for one in theirs
    ] == [
        (str(one["uid"]), str(one["summary"]), one["dtstart"].dt, one["dtend"].dt, str(one["status"])) for one in ours
    ]
    assert [one.sequence.value for one in theirs] == [str(int(one["sequence"])) for one in ours]
    assert len({one.uid.value for one in theirs}) == len(theirs) > 10


@BOTH
def test_linked_data_is_an_event_as_schema_org_defines_it(app: Flask, make: Make, name: str) -> None:
    document = json.loads(written(make, name, "jsonld"))
    faults = [
        f"{one.json_path}: {one.message}"
        for one in Draft202012Validator(SCHEMA, format_checker=FormatChecker()).iter_errors(document)
    ]
    assert faults == []
    assert document.get("license") == {
        "practice": "https://creativecommons.org/licenses/by/4.0/deed.ja"
    }.get(name)  # fmt: skip


def test_the_check_of_linked_data_would_notice(app: Flask, make: Make) -> None:
    document = json.loads(written(make, "practice", "jsonld"))
    document["subEvent"][0]["startDate"] = "tomorrow"
    del document["subEvent"][1]["location"]
    assert len(list(Draft202012Validator(SCHEMA).iter_errors(document))) == 2
