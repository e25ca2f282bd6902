"""What is asked at a door: the event, the ticket, the place, what the ledger knows; gates and counters. Reads only."""
