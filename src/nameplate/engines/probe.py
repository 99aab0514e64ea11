"""Asking a service on this machine over HTTP, without the second an HTTP library takes to import at each start."""

import asyncio

LIMIT = 2.0  # seconds


async def http_status(host: str, port: int, path: str) -> int | None:
    """The status of the answer to a GET, or None when there is none."""
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
                )
                words = (await reader.readline()).split()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
