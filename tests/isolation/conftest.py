"""Ann and Ben with rows in every table there is, and Carl, whose page is not published."""

from dataclasses import dataclass

import psycopg
import pytest

from nameplate.db import Database, role_url
from nameplate.settings import Settings
from tests.accounts.everything import count, fill, tenant_tables
from tests.cast import Person, add_person


@dataclass(frozen=True)
class Scene:
    settings: Settings
    admin_url: str
    ann: Person
    ben: Person
    carl: Person
    tables: list[str]

    def connect(self, role: str) -> psycopg.Connection:
        return psycopg.connect(role_url(self.settings, role))

    def as_ann(self, role: str) -> psycopg.Connection:
        """In one transaction as `role`, with Ann's account entered."""
        connection = self.connect(role)
        connection.execute("SELECT enter_account(%s)", (self.ann.account_id,))
        return connection

    def may(self, role: str, privilege: str) -> list[str]:
        """Tables on which `role` has `privilege` as a whole."""
        with psycopg.connect(self.admin_url) as admin:
            asked = "SELECT has_table_privilege(%s, %s, %s)"
            return [
                t for t in self.tables if admin.execute(asked, (role, t, privilege)).fetchone() == (True,)
            ]

    def rows_of(self, person: Person) -> dict[str, int]:
        with psycopg.connect(self.admin_url) as admin:
            return {table: count(admin, table, person.account_id) for table in self.tables}


@pytest.fixture
async def scene(settings: Settings, admin_url: str) -> Scene:
    async with Database(settings) as db:
        ann = await add_person(db, "ann-lee")
        ben = await add_person(db, "ben-ray")
        carl = await add_person(db, "carl-draft", published=False)
    with psycopg.connect(admin_url) as admin:
        for person in (ann, ben, carl):
            fill(admin, person.account_id)
        tables = tenant_tables(admin)
    assert len(tables) > 20, "the catalogue is read"
    return Scene(settings, admin_url, ann, ben, carl, tables)
