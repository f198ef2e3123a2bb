"""Wire formats received and sent, kept as they came; quarantine."""
