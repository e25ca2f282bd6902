"""Uketsuke: the building. `create_app` is its front door."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The whole application. It is loaded when it is called, so that the command line and the supervisor stay small."""
    from app.factory import create_app as build

    return build(settings)
