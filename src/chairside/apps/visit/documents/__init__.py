"""What the visit prints: its record, and the pack for when the system is down. A template lies beside what fills it."""
