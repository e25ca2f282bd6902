"""A scan that says that somebody is in whom an earlier one was refused: its id follows from the earlier one's, so that
it is one however often it is made; twin of `followingId` in scanner/following.js."""

from collections.abc import Iterable
from uuid import UUID

from checkin.rules import ConflictKind, Verdict

_TURNED = 8


def following(scan_id: UUID) -> UUID:
    """The id of what a device says after this scan."""
    return UUID(int=scan_id.int ^ _TURNED)


def with_following(scan_ids: Iterable[UUID]) -> set[UUID]:
    """What an undo of these scans may reach: a device knows whom it let in by the scan that was refused."""
    return {one for scan_id in scan_ids for one in (scan_id, following(scan_id))}


def is_called_for(verdict: Verdict | None, *, error: str | None, conflict: str | None, withdrawn: bool = False) -> bool:
    """Whether a device says something after this answer to a scan by which it had let somebody in itself: where the
    server let nobody in. What is kept apart is a fact by itself if it is accepted. After one that was `withdrawn`,
    whose answer nobody awaited, an undo: where the server may have counted it. Twin of `whatFollows`."""
    if withdrawn:
        return error == "id_reused" or (verdict is not None and (verdict.lets_in or verdict is Verdict.LEFT))
    return verdict is not None and not verdict.lets_in and conflict != ConflictKind.QUARANTINED
