"""Attendance: measures, figures, charts."""
