"""Filters and tags that every template may use (a builtin of the template engine)."""
