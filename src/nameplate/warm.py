"""What libraries put off until somebody needs it first, done before there is anybody."""

import anyio
import ua_parser


def warm_up() -> None:
    """In a web process the first request would wait for it, and every other request with it: for a tenth of a second
    and more. Done before the processes are forked it is also in memory once only."""
    anyio.run(anyio.sleep, 0)  # loads its half for asyncio
    ua_parser.parse("")  # compiles some thousand expressions
