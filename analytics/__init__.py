"""Analytics: attendance, counted from the ledger by the measures of the glossary."""
