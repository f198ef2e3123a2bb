"""Figures over everything, and the demo center."""
