"""The Django shell, in journey order, with the names of the core. It remembers, shows and talks; it decides nothing."""
