"""The limit we measure against: an ASGI application that does nothing but answer prepared bytes.

BARE_ANSWER names a JSON file: {"status": 200, "headers": [[name, value], ...], "body": base64}. A POST's body is read.
With BARE_PATIENT its threads are as patient as those of our web processes.
"""

import asyncio
import base64
import json
import os
from pathlib import Path
from typing import Any

from nameplate.commands.patience import patient_threads

_answer = json.loads(Path(os.environ["BARE_ANSWER"]).read_text("utf-8"))
_START = {
    "type": "http.response.start",
    "status": _answer["status"],
    "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _answer["headers"]],
}
_BODY = {"type": "http.response.body", "body": base64.b64decode(_answer["body"])}
_patient = patient_threads() if "BARE_PATIENT" in os.environ else None


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if _patient is not None and message["type"] == "lifespan.startup":
                asyncio.get_running_loop().call_later(1.0, _patient)
            if message["type"] == "lifespan.shutdown":
                return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    await send(_START)
    await send(_BODY)
