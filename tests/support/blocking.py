"""The event loop of a web process waits for no disk, no lock and no sleep: here a call that would is an error."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from blockbuster import BlockBuster

# Looking up a name costs microseconds: what is waited for is what is behind it.
_NAMES_ONLY = (
    "os.stat",
    "os.access",
    "os.getcwd",
    "os.listdir",
    "os.readlink",
    "os.scandir",
    "os.path.abspath",
)


@cache
def _watch() -> BlockBuster:
    """For what the application calls, itself or through a library. Tests, which have the loop too, may wait."""
    watch = BlockBuster("nameplate")
    for name in _NAMES_ONLY:
        watch.functions.pop(name, None)
    # A time zone is read once in the life of a process, from one small file.
    for function in watch.functions.values():
        function.can_block_in("zoneinfo/_common.py", {"load_tzdata", "load_data"})
    return watch


@contextmanager
def nothing_blocks() -> Iterator[None]:
    """While it lasts, a blocking call on an event loop raises BlockingError, which the application answers with 500."""
    watch = _watch()
    watch.activate()
    try:
        yield
    finally:
        watch.deactivate()
