"""Chair, nurse and time for a dose: what a visit needs, what the day holds, whether a place is possible, where openings are.

The checker (`check`) is the one rule: booking, explanation and search all ask it. A search proposes and may be replaced; no
solver is known here, and nothing is decided about clearance or coverage.
"""
