"""Writing the programme, one verb each."""

from app.programme.operations.imports import Imported, import_event
from app.programme.operations.releases import ChangedMeanwhile, NothingNew, release, release_proposal

__all__ = ["ChangedMeanwhile", "Imported", "NothingNew", "import_event", "release", "release_proposal"]
