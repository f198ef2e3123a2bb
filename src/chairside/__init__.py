"""Chairside."""
