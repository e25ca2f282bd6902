"""What a line of the ledger says in one number, where millions are read as columns of whole numbers."""

from checkin.rules import Method

ADMITS, CORRECTED, RETURNS, NEW_TODAY, PERSON = 1, 2, 4, 8, 16
BOOKED_AT, METHOD_AT = 5, 7
"""Its bits, then two of booked + 1, then which method."""
METHODS = tuple(method.value for method in Method)
HALF = 1 << 32
"""Two numbers travel as one, so many times the first and the second: each that a driver hands out has its price. Ids of
registrations, tickets, places and devices must be below half of it, two thousand million."""
PAIRS = 4
COLUMNS = 1 + PAIRS + 2
