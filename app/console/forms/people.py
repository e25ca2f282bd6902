"""What is typed on the console's own pages."""
