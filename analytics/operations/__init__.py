"""What people decide about attendance: editions are issued, never changed. All flush and none commit."""
