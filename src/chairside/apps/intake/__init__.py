"""Referral received, what is missing, the order and its signed versions."""
