"""The database that every other test stands on."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection


def _who() -> tuple[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, free = cursor.fetchone()
    return name, free


@pytest.mark.django_db
def test_tests_connect_as_the_app_role_which_policies_bind():
    assert _who() == ("chairside_app", False)


@pytest.mark.django_db
def test_the_owner_s_connection_is_there_for_what_the_app_may_not_see(database_url):
    import psycopg

    with psycopg.connect(database_url("owner")) as owner:
        row = owner.execute("SELECT current_user, count(*) FROM django_migrations").fetchone()
    assert row
    assert row[0] == "chairside_owner"
    assert row[1] > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_before_the_next(turn: int, database_url):
    import psycopg

    assert not ContentType.objects.filter(app_label="left behind").exists()
    with psycopg.connect(database_url("owner")) as owner:
        owner.execute("INSERT INTO django_content_type (app_label, model) VALUES ('left behind', 'thing')")
    assert ContentType.objects.filter(app_label="left behind").exists()
