"""What everybody may read: events, timetable, sessions, venues, privacy notice, accessibility."""
