"""A scan that says that somebody is in whom an earlier one was refused: its id follows from the earlier one's, so that
it is one however often it is made; twin of `followingId` in scanner/following.js."""

from collections.abc import Iterable
from uuid import UUID

_TURNED = 8


def following(scan_id: UUID) -> UUID:
    """The id of what a device says after this scan."""
    return UUID(int=scan_id.int ^ _TURNED)


def with_following(scan_ids: Iterable[UUID]) -> set[UUID]:
    """What an undo of these scans may reach: a device knows whom it let in by the scan that was refused."""
    return {one for scan_id in scan_ids for one in (scan_id, following(scan_id))}
