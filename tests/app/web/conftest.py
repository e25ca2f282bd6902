"""A few routes of every kind, beside the real ones, to try the ground with."""

from uuid import UUID

import pytest
from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.testing import FlaskClient

from app.errors import Invalid, NotFound, Refused
from app.web.actors import Right
from app.web.guards import device, public, requires, signed_in, staff_or_device
from app.web.limits import limit, network

ERRORS = {"missing": NotFound(), "full": Refused("full", "満席です。"), "bad": Invalid("bad", "どこが違うか。")}


def probe() -> Blueprint:  # noqa: C901
    """Routes that show what the ground does."""
    blueprint = Blueprint("probe", __name__)

    @blueprint.after_request
    def plain(response: Response) -> Response:
        if response.status_code == 200 and not response.is_json:
            response.mimetype = "text/plain"
        return response

    @blueprint.get("/probe/error/<kind>")
    @blueprint.get("/api/probe/error/<kind>")
    @public
    def error(kind: str) -> str:
        raise ERRORS.get(kind, ZeroDivisionError("a secret: ABCDEFGHIJKLMNOPQRSTUVWXYZ"))

    @blueprint.post("/probe/public")
    @public
    def write() -> str:
        return str(len(request.get_data()))

    @blueprint.route("/probe/staff", methods=["GET", "POST"])
    @requires(Right.EDIT_EVENT)
    def staff() -> str:
        return str(g.actor.name)

    @blueprint.get("/probe/signed-in")
    @signed_in
    def anybody() -> str:
        return str(g.actor.name)

    @blueprint.post("/api/probe/device")
    @device
    def scan() -> Response:
        return jsonify(device=g.device.device_id, revoked=g.device.revoked)

    @blueprint.get("/api/probe/either")
    @staff_or_device(Right.VIEW_FIGURES)
    def either() -> Response:
        return jsonify(device=g.device is not None, name=g.actor.name)

    @blueprint.get("/probe/limited")
    @public
    def limited() -> str:
        limit("2 per minute", "probe", network())
        return "ok"

    @blueprint.get("/probe/events/<slug>/<uuid:thing>")
    @public
    def nested(slug: str, thing: UUID) -> str:
        return slug + str(thing)

    @blueprint.get("/scan/probe")
    @public
    def scanner() -> str:
        return "camera"

    return blueprint


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe())
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
