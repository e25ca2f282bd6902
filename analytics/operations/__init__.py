"""What people decide about attendance, and what they add to it: editions are issued, never changed. All flush, none
commits."""
