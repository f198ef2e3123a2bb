"""Filters of the patient's page."""
