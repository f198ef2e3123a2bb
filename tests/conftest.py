"""What every test shares: settings, the temporary PostgreSQL, hypothesis profiles.

Nothing here starts a server or loads Django until a test asks for it, so tests of the core stay instant.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from chairside.embedded import Cluster, Role
from tests.database import WorkerDatabase, make_folder, remove_folder

# A developer's own settings must not reach the tests.
for _name in [name for name in os.environ if name.startswith("CHAIRSIDE_")]:
    del os.environ[_name]
os.environ["CHAIRSIDE_MODE"] = "test"
# Playwright's sync API runs an event loop in the test's thread, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
if importlib.util.find_spec("chairside.config.settings"):
    os.environ["DJANGO_SETTINGS_MODULE"] = "chairside.config.settings"

_SLOW_MACHINE = [HealthCheck.too_slow]
settings.register_profile("gate", max_examples=500, derandomize=True, deadline=None, suppress_health_check=_SLOW_MACHINE)
settings.register_profile("prove", max_examples=50_000, derandomize=True, deadline=None, suppress_health_check=_SLOW_MACHINE)
# Many short runs: an example that fails need not be made smaller.
settings.register_profile(
    "mutation",
    max_examples=100,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=_SLOW_MACHINE,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

_WITHOUT_DJANGO = tuple(f"tests/{name}" for name in ("core", "engines", "embedded", "config", "dev", "exchange", "vectors"))
_folder = pytest.StashKey[Path]()


def _cluster_folder(config: pytest.Config) -> Path:
    """One folder for the whole run: made by the first process, handed to its xdist workers."""
    handed: dict[str, str] = getattr(config, "workerinput", {})
    if "cluster_folder" in handed:
        return Path(handed["cluster_folder"])
    if _folder not in config.stash:
        config.stash[_folder] = make_folder()
    return config.stash[_folder]


def pytest_configure(config: pytest.Config) -> None:
    """Load Django before test modules import models, unless only tests were asked for that must do without."""
    asked = [os.path.relpath(word.partition("::")[0], config.rootpath) for word in config.args]
    if "DJANGO_SETTINGS_MODULE" in os.environ and not all(word.startswith(_WITHOUT_DJANGO) for word in asked):
        import django

        django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Called by xdist in the first process, once for each worker."""
    node.workerinput["cluster_folder"] = str(_cluster_folder(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _folder in config.stash:
        remove_folder(config.stash[_folder])


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The run's PostgreSQL, shared by all test processes. For a cluster of your own see tests/embedded."""
    shared = Cluster(_cluster_folder(request.config), test=True)
    shared.start()
    return shared


@pytest.fixture(scope="session")
def worker_database(request: pytest.FixtureRequest, cluster: Cluster) -> WorkerDatabase:
    worker: dict[str, str] = getattr(request.config, "workerinput", {})
    return WorkerDatabase(cluster, f"test_{worker.get('workerid', 'main')}")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_database: WorkerDatabase) -> Iterator[None]:
    """Replaces pytest-django's: the app role cannot create databases, and must not."""
    from django.db import connections
    from django.test import TransactionTestCase

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        worker_database.make()
        worker_database.connect_django()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: worker_database.renew())
        yield
        connections.close_all()


@pytest.fixture
def database_url(db: None, worker_database: WorkerDatabase) -> Callable[[Role], str]:
    """The test database as another role, for what the app role may not see or do: `database_url("owner")`."""
    return lambda role: worker_database.cluster.url(role, worker_database.name)
