"""Check-in: what happened at the door, decided at once and kept in the ledger."""
