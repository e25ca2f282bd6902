"""Where the built browser parts are: logical name to hashed file."""

import json
from pathlib import Path

from flask import Flask


class MissingBuild(RuntimeError):
    """The browser parts are not built yet."""


def init_assets(app: Flask) -> None:
    """Give templates `asset(name)`: the address of a built file."""
    manifest = Path(str(app.static_folder)) / "dist" / "manifest.json"
    if not manifest.is_file():
        raise MissingBuild("The browser's parts are not built: run `make build`.")
    names: dict[str, str] = json.loads(manifest.read_text())
    app.jinja_env.globals["asset"] = lambda name: f"{app.static_url_path}/dist/{names[name]}"
