"""What the organiser adds to the figures of an event."""
