"""Write what the migrations declare about roles, policies and grants: for `nameplate doctor` and docs/security.md.

Run it after changing a migration: .venv/bin/python scripts/declare_isolation.py
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import msgspec
import psycopg

from nameplate.engines.embedded import Embedded
from nameplate.engines.secrets import load_secrets
from nameplate.isolation import compare
from nameplate.isolation.queries import Catalogue, read_catalogue
from nameplate.isolation.table import as_markdown, put_into
from nameplate.migrate import migrate
from nameplate.settings import Settings

ROOT = Path(__file__).parents[1]


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), valkey_url="valkey://none", s3_endpoint="http://none")
        embedded = Embedded(settings, load_secrets(Path(folder) / "secrets.json"), durable=False)
        await embedded.start()
        try:
            migrate(embedded.settings)
            write(await declare(embedded.settings.database_url))
        finally:
            await embedded.stop()


async def declare(url: str) -> Catalogue:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        return compare.lasting(await read_catalogue(connection))


def write(catalogue: Catalogue) -> None:
    file = ROOT / "src" / "nameplate" / "isolation" / "declared.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(catalogue), indent=1) + b"\n")
    document = ROOT / "docs" / "security.md"
    document.write_text(put_into(document.read_text("utf-8"), as_markdown(catalogue)), "utf-8")
    sys.stdout.write(f"{file.name} and {document.name} are current.\n")


if __name__ == "__main__":
    asyncio.run(main())
