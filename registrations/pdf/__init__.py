"""Paper, drawn by typst as tagged PDF (PDF/UA-1): tickets, badges, rosters.

What is printed reaches the drawing as JSON and is set letter by letter: no text of data can become typst's own markup.
"""

from registrations.pdf.badges import LABEL_SHEETS, Badge, BadgeSheet, LabelSheet, badges_pdf
from registrations.pdf.press import GETA
from registrations.pdf.rosters import Column, Roster, RosterLine, RosterPart, roster_pdf
from registrations.pdf.tickets import TICKET_SIZES, TicketSize, ticket_pdf

__all__ = [
    "GETA",
    "LABEL_SHEETS",
    "TICKET_SIZES",
    "Badge",
    "BadgeSheet",
    "Column",
    "LabelSheet",
    "Roster",
    "RosterLine",
    "RosterPart",
    "TicketSize",
    "badges_pdf",
    "roster_pdf",
    "ticket_pdf",
]
