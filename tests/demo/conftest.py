"""One demo account for the tests that only look at it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nameplate.demo.api import Options, fill
from nameplate.settings import Settings
from tests.support.engines import EngineAddresses, TestDatabases

NOW = datetime(2026, 11, 18, 16, 20, tzinfo=UTC)  # a Wednesday
OPTIONS = Options(events=24_000, days=180, seed=7)


def quiet(step: str, done: int, total: int) -> None:
    """Nobody looks."""


def demo_settings(engines: EngineAddresses, database_url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=database_url, secret_key=engines.secret_key)


@pytest.fixture(scope="module")
def filled(
    engines: EngineAddresses, databases: TestDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection[Any]]:
    """A database with a demo account in it, as superuser, who sees every row."""
    with databases.fresh() as url:
        settings = demo_settings(engines, url, tmp_path_factory.mktemp("demo"))
        asyncio.run(fill(settings, OPTIONS, quiet, now=NOW))
        with psycopg.connect(databases.admin_url(url), autocommit=True) as connection:
            yield connection


@pytest.fixture
def no_valkey(settings: Settings) -> Settings:
    """Settings of this test's own database, for fills nobody listens to, without pictures: those take their time."""
    return replace(settings, valkey_url="", s3_endpoint="")
