"""Pages for partner organisations: a link lets one of them edit its own part of an event, without an account."""
