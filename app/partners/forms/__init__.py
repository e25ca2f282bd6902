"""What a partner organisation types."""
