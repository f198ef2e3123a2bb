"""Filters that the staff pages share."""
