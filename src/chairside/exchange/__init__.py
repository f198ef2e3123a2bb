"""Wire formats: what others send and want, turned into the rulebook's own types and back.

One folder a format; formats do not know each other. No database, no HTTP, no clock.
"""
