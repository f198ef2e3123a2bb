"""Clusters of one's own: these tests kill them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chairside.embedded import Cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not tmp_path: its parents are closed to the account that root lends, and its name is long."""
    made = Path(tempfile.mkdtemp(prefix="chairside-own-"))
    yield made
    Cluster(made, test=True).stop()
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """Durable, so that what is asserted after a kill was really kept. One for all: making it takes a second."""
    made = Path(tempfile.mkdtemp(prefix="chairside-own-"))
    yield Cluster(made)
    Cluster(made).stop("immediate")
    shutil.rmtree(made)


@pytest.fixture
def own(durable: Cluster) -> Cluster:
    """A running cluster to be killed. Whoever changes its files puts them back."""
    durable.start()
    return durable
