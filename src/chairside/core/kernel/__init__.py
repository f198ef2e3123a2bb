"""The alphabet of the rulebook: quantities, decisions, guardrails, evidence, calendar and elapsed time.

Small, dull and proven. Nothing here knows a drug, a payer or a stage of the journey.
"""
