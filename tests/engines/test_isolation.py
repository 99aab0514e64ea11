"""Each test has data of its own, on engines that are really there."""

import psycopg
import pytest
import valkey

from nameplate.settings import Settings


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_leaves_in_postgresql_the_next_does_not_see(postgres_url: str, turn: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE left_behind (turn integer)")
        connection.execute("INSERT INTO left_behind VALUES (%s)", (turn,))


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_leaves_in_valkey_the_next_does_not_see(valkey_url: str, turn: int) -> None:
    with valkey.from_url(valkey_url) as client:
        assert client.set("left behind", turn, nx=True)


def test_the_database_is_migrated_and_has_partitions_for_events(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass"
        ).fetchone()
    assert row == (17,)


def test_nobody_but_the_roles_of_nameplate_may_enter_the_database(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "SELECT grantee::regrole::text, privilege_type FROM pg_database, aclexplode(datacl) "
            "WHERE datname = current_database() AND grantee <> datdba ORDER BY 1, 2"
        ).fetchall()
    assert rows == [
        ("nameplate_consumer", "CONNECT"),
        ("nameplate_consumer", "TEMPORARY"),
        ("nameplate_visitor", "CONNECT"),
        ("nameplate_web", "CONNECT"),
        ("nameplate_worker", "CONNECT"),
    ]


def test_the_owner_of_the_schema_is_not_a_superuser(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, False, False)
