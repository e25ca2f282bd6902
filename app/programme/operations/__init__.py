"""Writing the programme, one verb each."""

from app.programme.operations.imports import Imported, import_event
from app.programme.operations.releases import release

__all__ = ["Imported", "import_event", "release"]
