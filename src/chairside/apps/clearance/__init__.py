"""Requirements evaluated for a dose and a day: cleared, held or unknown, with evidence."""
