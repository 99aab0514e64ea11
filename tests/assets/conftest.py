"""A decoder of the tests' own, and a way to give it a file."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from nameplate.assets.decoder.client import Decoder
from nameplate.assets.decoder.messages import Limits, Result
from nameplate.assets.purposes import Purpose

Decode = Callable[..., Awaitable[Result]]


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder(Limits())
    yield decoder
    await decoder.close()


@pytest.fixture
def decode(decoder: Decoder) -> Decode:
    async def run(data: bytes, purpose: Purpose = "favicon") -> Result:
        async def begun() -> None:
            return None

        with tempfile.TemporaryFile(buffering=0) as file, tempfile.TemporaryFile(buffering=0) as result:
            file.write(data)
            file.seek(0)
            return await decoder.decode(file, result, purpose, begun)

    return run
