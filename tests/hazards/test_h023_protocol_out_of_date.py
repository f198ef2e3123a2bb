"""H-023 a protocol is out of date: each decision and each event names version and hash; each number its source."""

from __future__ import annotations

import pytest

from chairside.formulary.loader import load_all
from tests.exchange.questions.asking import GOOD, answered


@pytest.mark.parametrize("op", ["dose", "clear", "ladder", "restart"])
def test_every_answer_names_the_version_and_its_hash(op):
    protocol = answered(op, GOOD[op])["protocol"]
    assert protocol["version"]
    assert len(protocol["sha256"]) == 64
    assert protocol["status"] in ("draft", "reviewed", "approved")


def test_every_source_says_how_it_was_checked():
    for protocol in load_all():
        assert protocol.sources
        assert all(source.tier for source in protocol.sources)
