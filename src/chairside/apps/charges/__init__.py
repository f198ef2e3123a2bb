"""Coded lines with evidence, and what was not billed and why."""
