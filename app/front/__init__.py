"""Public pages that compose departments."""
