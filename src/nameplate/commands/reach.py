"""Whether the engines that settings name can be reached."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import obstore
import psycopg
from obstore.exceptions import BaseError
from obstore.store import S3Store
from valkey.asyncio import Valkey
from valkey.exceptions import AuthenticationError, ValkeyError

from nameplate.cluster import plain
from nameplate.db import WEB, role_url
from nameplate.errors import StartError
from nameplate.settings import Settings

LIMIT = 8.0  # seconds


@dataclass(frozen=True, slots=True)
class Reached:
    """What an engine answered."""

    version: str


async def postgresql(url: str) -> Reached:
    """Raises StartError, in words that fit after 'cannot be used:'."""
    try:
        async with asyncio.timeout(LIMIT):
            async with await psycopg.AsyncConnection.connect(url, connect_timeout=5) as connection:
                return Reached(connection.info.parameter_status("server_version") or "unknown")
    except (psycopg.Error, TimeoutError) as error:
        text = str(error).strip().splitlines()
        raise StartError(text[-1].strip() if text else f"no answer in {LIMIT:.0f} s") from error


async def valkey(url: str) -> Reached:
    """Raises StartError, in words that fit after 'cannot be used:'."""
    client = Valkey.from_url(plain(url), socket_timeout=5)
    try:
        async with asyncio.timeout(LIMIT):
            info = await client.info("server")
            return Reached(str(info.get("valkey_version") or info.get("redis_version") or "unknown"))
    except AuthenticationError as error:
        raise StartError("the password in it is not accepted") from error
    except (ValkeyError, OSError, TimeoutError, ValueError) as error:
        raise StartError(" ".join(str(error).split()) or f"no answer in {LIMIT:.0f} s") from error
    finally:
        await client.aclose()


async def s3(settings: Settings) -> Reached:
    """Raises StartError, in words that fit after 'cannot be used:'."""
    try:
        store = S3Store(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key_id=settings.s3_access_key,
            secret_access_key=settings.s3_secret_key,
            virtual_hosted_style_request=False,
            client_options={"timeout": "5s", "connect_timeout": "3s", "allow_http": True},
            retry_config={"max_retries": 0},
        )
        async with asyncio.timeout(LIMIT):
            async for _ in obstore.list(store, prefix="no-such-folder/"):
                break
    except (BaseError, TimeoutError, ValueError, OSError) as error:
        raise StartError(_s3_reason(str(error), settings)) from error
    return Reached("")


def _s3_reason(text: str, settings: Settings) -> str:
    if "403" in text or "Forbidden" in text or "AccessDenied" in text or "InvalidAccessKeyId" in text:
        return "it does not accept NAMEPLATE_S3_ACCESS_KEY and NAMEPLATE_S3_SECRET_KEY"
    if "404" in text or "NoSuchBucket" in text:
        return f"it has no bucket {settings.s3_bucket!r} (NAMEPLATE_S3_BUCKET)"
    return "it does not answer"


async def check_engines(settings: Settings) -> None:
    """Raise StartError for the first engine named by settings that cannot be used."""
    checks: list[tuple[str, Callable[[], Awaitable[Reached]]]] = [
        ("database_url", lambda: postgresql(settings.database_url)),
        ("valkey_url", lambda: valkey(settings.valkey_url)),
        ("s3_endpoint", lambda: s3(settings)),
    ]

    async def one(name: str, check: Callable[[], Awaitable[Reached]]) -> None:
        try:
            await check()
        except StartError as error:
            raise StartError(f"The address in NAMEPLATE_{name.upper()} cannot be used: {error}.") from error

    await asyncio.gather(*(one(name, check) for name, check in checks if getattr(settings, name)))


def web_url(settings: Settings) -> str:
    """The database as the web role sees it."""
    return role_url(settings, WEB)
