"""The rulebook: every clinical and money rule, pure, in journey order.

Standard library only. No Django, no clock, no randomness, no environment: `now` and ids are arguments.
A newcomer's second file, after ARCHITECTURE.md, is `journey.py`.
"""
