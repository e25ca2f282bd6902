"""Staff pages that compose departments."""
