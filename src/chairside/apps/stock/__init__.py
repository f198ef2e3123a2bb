"""Lots and their append-only ledger."""
