"""Registrations: parties, bookings, tickets, letters about them."""
