"""Who may do what: the app role must not be able to escape row-level security."""

import stat

import psycopg
import pytest

from chairside.embedded import Cluster


def _one(url: str, query: str):
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


@pytest.fixture(scope="module")
def shared(cluster: Cluster):
    yield cluster
    for name in ("made", "copied"):
        cluster.drop_database(name)


def test_each_role_connects_as_itself(shared: Cluster):
    names = [_one(shared.url(role), "SELECT current_user") for role in ("owner", "app", "read")]
    assert names == ["chairside_owner", "chairside_app", "chairside_read"]


def test_no_role_but_the_superuser_can_skip_row_level_security(shared: Cluster):
    query = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'chairside%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    assert _one(shared.url("superuser"), query) == 0


def test_the_app_role_cannot_make_tables_and_the_read_role_cannot_write(shared: Cluster):
    with psycopg.connect(shared.url("app")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (n int)")
    with psycopg.connect(shared.url("read")) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TEMPORARY TABLE mine (n int); INSERT INTO mine VALUES (1)")


def test_a_wrong_password_is_refused_even_on_the_socket(shared: Cluster):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(shared.url("app"), password="wrong")


def test_the_server_listens_on_no_network_address(shared: Cluster):
    assert _one(shared.url("superuser"), "SHOW listen_addresses") == ""


def test_passwords_and_data_are_closed_to_others(shared: Cluster):
    assert stat.S_IMODE((shared.folder / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((shared.folder / "data").stat().st_mode) == 0o700


def test_data_are_checked_and_sorted_alike_everywhere(shared: Cluster):
    assert _one(shared.url("superuser"), "SHOW data_checksums") == "on"
    if int(_one(shared.url("superuser"), "SHOW server_version_num")) >= 170000:
        assert _one(shared.url("app"), "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"


def test_the_owner_makes_the_extensions_and_a_template_carries_them(shared: Cluster):
    shared.create_database("made")
    with psycopg.connect(shared.url("owner", "made")) as connection:
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}")
    shared.create_database("copied", template="made")
    assert _one(shared.url("app", "copied"), "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1
    shared.drop_database("copied")
    shared.drop_database("copied")
