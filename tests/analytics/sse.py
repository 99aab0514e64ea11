"""Reading server-sent events as a browser does."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Listener:
    """What a stream said: `last_id` is what a browser sends when it comes again."""

    parts: AsyncIterator[bytes]
    last_id: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    now: dict[str, Any] = field(default_factory=dict)
    _text: str = ""

    async def message(self, limit: float = 20.0) -> tuple[str, Any]:
        """The next event and its data. Raises StopAsyncIteration when the stream has ended."""
        async with asyncio.timeout(limit):
            while True:
                block, end, rest = self._text.partition("\n\n")
                if not end:
                    self._text += (await anext(self.parts)).decode()
                    continue
                self._text = rest
                lines = (line.partition(": ") for line in block.splitlines())
                fields = {name: value for name, _, value in lines}
                self.last_id = fields.get("id", self.last_id)
                if "event" in fields:
                    data = json.loads(fields["data"])
                    if fields["event"] == "events":
                        self.rows += data["rows"]
                    elif fields["event"] == "now":
                        self.now = data
                    return fields["event"], data

    async def until(self, event: str) -> Any:
        """The data of the next `event`."""
        while True:
            name, data = await self.message()
            if name == event:
                return data

    async def until_rows(self, number: int) -> list[dict[str, Any]]:
        """Once so many events were told."""
        while len(self.rows) < number:
            await self.message()
        return self.rows

    async def until_ended(self) -> None:
        while True:
            try:
                await self.message()
            except StopAsyncIteration:
                return
