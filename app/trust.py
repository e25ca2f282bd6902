"""The page that a phone opens to trust this machine's own authority; it exists only where `tls init` made one."""

from pathlib import Path

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import NotFound
from app.tls import AUTHORITY, FOLDER, fingerprint
from app.web.guards import public

blueprint = Blueprint("trust", __name__)


@blueprint.get("/trust")
@public
def steps() -> str:
    """How a phone learns to trust this machine."""
    return render_template("trust.html", fingerprint=fingerprint(_authority()))


@blueprint.get("/trust/ca.crt")
@public
def certificate() -> Response:
    """The authority's certificate, as phones install it."""
    response = Response(_authority().read_bytes(), mimetype="application/x-x509-ca-cert")
    response.headers.set("Content-Disposition", "attachment", filename="uketsuke-ca.crt")
    return response


def _authority() -> Path:
    settings: Settings = current_app.extensions["uketsuke_settings"]
    path = settings.data_dir / FOLDER / AUTHORITY
    if not path.is_file():
        raise NotFound
    return path
