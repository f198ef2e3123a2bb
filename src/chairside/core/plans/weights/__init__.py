"""Which weight a dose goes by, and whether it can be right."""
