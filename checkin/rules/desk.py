"""The fixed words of a check-in desk."""

from enum import StrEnum


class UndoReason(StrEnum):
    """Why an entry was taken back: one of a list, because the ledger holds no free text."""

    WRONG_PERSON = "wrong_person"
    WRONG_NUMBER = "wrong_number"
    WRONG_PLACE = "wrong_place"
    DID_NOT_GO_IN = "did_not_go_in"
    OTHER = "other"


class RestoreReason(StrEnum):
    """Why a ticket that was said to be lost is good again."""

    WRONG_PERSON = "wrong_person"
    FOUND_AGAIN = "found_again"
    OTHER = "other"
