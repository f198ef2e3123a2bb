"""The same way of browsing as the visit's tests."""

from tests.apps.visit.conftest import browse

__all__ = ["browse"]
