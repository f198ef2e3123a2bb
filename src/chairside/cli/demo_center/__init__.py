"""The demo's centers: two organizations with people, patients and a day in progress, made through the product's own services.

`seed(day)` is all that the command needs. What is invented is in tables: northlight.py, cast.py, patients.py, payers.py,
today.py, shelf.py, harbor.py. Nothing here decides anything, and nothing is written past a service that exists for it.
"""

from __future__ import annotations

from datetime import date


def seed(day: date) -> list[str]:
    """Fill an empty database for a day, or leave a filled one as it is. Returns the log-ins, a line each."""
    from chairside.cli.demo_center.seeding import fill, filled, log_ins

    if not filled():
        fill(day)
    return log_ins()
