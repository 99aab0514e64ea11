"""Asking a service on this machine over HTTP, without the second an HTTP library takes to import at each start."""

import asyncio

LIMIT = 2.0  # seconds


async def http_status(address: str, port: int, path: str, *, host: str = "localhost") -> int | None:
    """The status of the answer to a GET, or None when there is none."""
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_connection(address, port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
                )
                words = (await reader.readline()).split()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
