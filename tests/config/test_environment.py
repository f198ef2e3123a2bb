"""One table of variables; what is not in it, or not in its form, is refused in one sentence."""

from pathlib import Path

import pytest

from chairside.config.databases import django_database
from chairside.config.environment import EnvironmentProblem, load
from chairside.config.variables import TABLE

SOUND = {
    "CHAIRSIDE_DATABASE_URL": "postgresql://chairside_app:secret@db.example.org/chairside?sslmode=verify-full",
    "CHAIRSIDE_SECRET_KEY": "k" * 40,
    "CHAIRSIDE_BASE_URL": "https://chairside.example.org/",
    "CHAIRSIDE_DATA_DIR": "/srv/chairside",
}


def _refusal(**changes: str) -> str:
    with pytest.raises(EnvironmentProblem) as caught:
        load(SOUND | {f"CHAIRSIDE_{name}": value for name, value in changes.items()})
    return str(caught.value)


def test_a_sound_environment_is_read_with_its_defaults():
    found = load(SOUND | {"PATH": "/bin"})
    assert found.mode == "production"
    assert found.base_url == "https://chairside.example.org"
    assert found.allowed_hosts == ("chairside.example.org",)
    assert found.owner_database_url == found.database_url
    assert found.log_format == "json"
    assert found.data_dir == Path("/srv/chairside")


def test_an_empty_variable_is_one_that_is_not_set():
    assert load(SOUND | {"CHAIRSIDE_WORKERS": ""}).workers == 1


def test_a_misspelt_variable_is_named():
    assert "CHAIRSIDE_DATABSE_URL" in _refusal(DATABSE_URL="postgresql://db/x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "prod"),
        ("DATABASE_URL", "mysql://user:hunter2@db/x"),
        ("DATABASE_URL", "postgresql://user:hunter2@db"),
        ("DATABASE_URL", "postgresql://user:hunter2@db/x?nonsense=1"),
        ("BASE_URL", "chairside.example.org"),
        ("BASE_URL", "https://example.org/below"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "a.example.org,,b.example.org"),
        ("TIME_ZONE", "Eastern"),
        ("TIME_ZONE", "../etc/passwd"),
        ("DATA_DIR", "data"),
        ("EMAIL_URL", "mail.example.org"),
        ("LOG_FORMAT", "xml"),
        ("WORKERS", "0"),
        ("WORKERS", "²"),
        ("DEBUG", "true"),
        ("DEMO_DAY", "yesterday"),
    ],
)
def test_a_malformed_value_is_refused_by_name_in_one_line_without_secrets(name: str, value: str):
    said = _refusal(**{name: value})
    assert f"CHAIRSIDE_{name} must be" in said
    assert "\n" not in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"DEBUG": "yes"}, "CHAIRSIDE_DEBUG"),
        ({"DEMO_DAY": "2026-11-20"}, "CHAIRSIDE_DEMO_DAY"),
        ({"SECRET_KEY": ""}, "CHAIRSIDE_SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "CHAIRSIDE_SECRET_KEY"),
        ({"DATABASE_URL": ""}, "CHAIRSIDE_DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:p@/c?host=%2Fsrv%2Fchairside-embedded"}, "CHAIRSIDE_DATABASE_URL"),
        ({"OWNER_DATABASE_URL": "postgresql://u:p@/c?host=%2Ftmp%2Fchairside-embedded-x1"}, "CHAIRSIDE_OWNER_DATABASE_URL"),
    ],
)
def test_production_refuses_what_only_the_demo_may_do(changes: dict[str, str], named: str):
    assert named in _refusal(**changes)


def test_the_tests_need_no_secret_and_no_server():
    assert load({"CHAIRSIDE_MODE": "test"}).mode == "test"


def test_every_variable_says_its_form_and_its_use():
    assert all(row.form and row.use for row in TABLE.values())


def test_a_socket_folder_with_capitals_survives_the_way_to_django():
    parts = django_database("postgresql://app:p%2Fw@/chairside?host=%2FHome%2FAda&port=5432&connect_timeout=3")
    assert parts["HOST"] == "/Home/Ada"
    assert parts["PASSWORD"] == "p/w"
    assert parts["OPTIONS"] == {"connect_timeout": "3"}
