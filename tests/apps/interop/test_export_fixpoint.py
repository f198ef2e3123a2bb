"""Whatever comes in, in whatever layout: exported, imported elsewhere and exported again it is the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from tests.apps.interop.exports import Elsewhere, content, fixpoint, originals_of
from tests.apps.interop.generated import Item, Number, World, worlds, write

pytestmark = pytest.mark.django_db


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_generated_resources_come_out_as_they_came_in(world: World) -> None:
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        sent = write(folder / "in", world)
        source = Elsewhere()
        taken = source.take(folder / "in")
        assert taken.quarantined == taken.unreadable == 0, taken.problems
        source.give(folder / "originals", originals=True)
        assert originals_of(folder / "originals") == sorted(sent)
        fixpoint(source, folder / "out")
        _everything_is_there(world[1], content(folder / "out" / "lines"))
        transaction.set_rollback(True)


def _everything_is_there(items: list[Item], files: dict[str, bytes]) -> None:
    """Each exported resource is one that was sent, apart from its id and where its references lead; digit for digit.

    All that were sent are there, but those that are older versions of others.
    """
    sent = {_plain(item.resource) for item in items}
    found = [
        json.loads(line, parse_float=Number, parse_int=Number)
        for data in files.values()
        for line in data.decode().split("\n")
        if line
    ]
    assert {_plain(resource) for resource in found} <= sent
    named = [(item.type, item.resource.get("id"), json.dumps(item.resource.get("identifier"))) for item in items]
    if len({key for _, key, _ in named}) == len({number for *_, number in named}) == len(items):  # no two may be one
        assert {_plain(resource) for resource in found} == sent


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(name for name in value if name != "reference" and not (name == "id" and "resourceType" in value))
        return f"{{{','.join(f'{name}:{_plain(value[name])}' for name in names)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_plain, value))}]"
    return f"{type(value) is Number}{value}"
