"""A plan of several protocols given together: its cycles, its days, and the doses of one day."""
