"""Organisations, events, categories, venues, rooms, event sessions, releases."""
