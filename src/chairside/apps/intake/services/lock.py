"""One import at a time within an organization: what is received twice at once must end as one."""

from __future__ import annotations

from chairside.apps.people.lock import receiving_lock

__all__ = ["receiving_lock"]
