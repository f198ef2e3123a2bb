"""From segments to the rulebook's plain values: one module a concern. `read.py` puts them together."""
