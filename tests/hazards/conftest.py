"""The stories of the hazards are browsed as those of the visit."""

from tests.apps.visit.conftest import browse

__all__ = ["browse"]
