"""Logs: one JSON object a line, or readable lines on a terminal. Never an address, a password, a token."""

import logging
import re
import sys
from typing import Any

import structlog

from nameplate.settings import Settings

# "DETAIL: Failing row contains (ann@example.org, ...)": PostgreSQL repeats the row it refused.
_ROW = re.compile(r"^(DETAIL|CONTEXT):.*?(?=^\s*$|\Z)", re.M | re.S)


def without_rows(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """A traceback without what PostgreSQL quotes of rows and statements."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _ROW.sub(r"\1: left out", event["exception"])
    return event


def set_up_logs(settings: Settings) -> None:
    """Configure structlog and the standard library's loggers alike."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    render: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, without_rows, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(level, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    # Each attempt to connect, over several lines; `nameplate.db` says once that the database is away.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
