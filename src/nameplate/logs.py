"""Logs: one JSON object a line, or readable lines on a terminal. Never an address, a password, a token."""

import logging
import sys

import structlog

from nameplate.settings import Settings


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
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
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
