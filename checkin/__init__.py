"""The door: gates, scans, verdicts, and the attendance ledger."""
