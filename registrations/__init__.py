"""Registrations: who says beforehand that they will come, and the tickets that prove it."""
