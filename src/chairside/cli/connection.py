"""Which role Django's connection uses. The app role serves; only migrations borrow the owner's."""

from collections.abc import Iterator
from contextlib import contextmanager

from chairside.config.databases import django_database


def point_at(url: str, alias: str = "default") -> None:
    """Close Django's connection and let the next one, in any thread, go to `url`."""
    from django.db import connections

    settings = connections[alias].settings_dict
    _change(alias, {**settings, **django_database(url), "OPTIONS": {**settings["OPTIONS"], **django_database(url)["OPTIONS"]}})


@contextmanager
def connected_as(url: str) -> Iterator[None]:
    """Django's connection goes to `url` inside the block, and back to where it was after it."""
    from django.db import connections

    before = dict(connections["default"].settings_dict)
    point_at(url)
    try:
        yield
    finally:
        _change("default", before)


def _change(alias: str, settings: dict[str, object]) -> None:
    from django.db import connections

    connection = connections[alias]
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    # In place: new threads make their connections from this very dictionary.
    connection.settings_dict.update(settings)
