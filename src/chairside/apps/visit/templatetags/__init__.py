"""Filters of the visit's pages."""
