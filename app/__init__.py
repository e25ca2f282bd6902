"""Uketsuke: the building. `create_app` is its front door."""

from app.factory import create_app

__all__ = ["create_app"]
