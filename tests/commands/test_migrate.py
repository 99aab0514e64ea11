"""`nameplate migrate`: safe at any time, from any number of machines."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from nameplate.commands.environment import child_environment
from nameplate.db import ROLES, role_url
from nameplate.errors import StartError
from nameplate.migrate import make_partitions, migrate
from nameplate.settings import Settings
from tests.support.engines import EngineAddresses, TestDatabases


def test_a_second_time_it_changes_nothing(settings: Settings) -> None:
    assert migrate(settings) == []


def test_two_machines_at_once_both_succeed_on_an_empty_database(
    settings: Settings, engines: EngineAddresses, databases: TestDatabases
) -> None:
    name = f"both_{databases.worker}"
    with psycopg.connect(engines.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER nameplate_owner")
    url = settings.database_url.rpartition("/")[0] + f"/{name}"
    environment = child_environment(settings) | {"NAMEPLATE_DATABASE_URL": url}
    command = [sys.executable, "-m", "nameplate", "migrate"]
    try:
        both = [
            subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for _ in range(2)
        ]
        said = sorted(process.communicate(timeout=60)[0] for process in both)
        assert [process.returncode for process in both] == [0, 0], said
        assert said[0] == "The database was up to date.\n"
        assert said[1].startswith("applied 0001_roles\n")
    finally:
        with psycopg.connect(engines.admin_url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_every_role_logs_in_with_the_password_made_from_the_secret_key(settings: Settings) -> None:
    for role in ROLES:
        with psycopg.connect(role_url(settings, role)) as connection:
            row = connection.execute("SELECT current_user::text").fetchone()
        assert row == (role,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(role_url(replace(settings, secret_key="x" * 40), role))


def test_partitions_reach_from_14_months_back_to_2_ahead(settings: Settings) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
        ).fetchall()
        assert make_partitions(connection, date.fromisoformat("2020-01-31")) == 17
    names = [row[0] for row in rows]
    today = date.today()  # noqa: DTZ011 - months are enough here
    assert len(names) == 17
    assert f"events_{today:%Y%m}" in names[13:16]


def test_a_database_that_is_not_there_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(StartError, match=r"NAMEPLATE_DATABASE_URL cannot be used: .*does not exist"):
        migrate(replace(settings, database_url=settings.database_url.rpartition("/")[0] + "/missing"))
