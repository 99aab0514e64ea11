"""Threads that read from the network let the one finish that answers."""

import os
from collections.abc import Callable
from contextlib import suppress


def patient_threads() -> Callable[[], None]:
    """Threads made from now on, until what this returns is called, do not interrupt one at work when they wake up.

    Otherwise each request that arrives on a busy core interrupts Python in the midst of another one, twice: for the
    thread of the server that reads it, and for the one that hands it over, which then waits for Python after all. Both
    get their turn when Python waits, or has worked for some milliseconds. A core with time to spare knows no difference
    (docs/decisions/0044).

    The calling thread is such a one as well meanwhile, since threads inherit it (sched(7): SCHED_BATCH).
    """
    # Not on Linux, or somebody chose another way for this process.
    if not hasattr(os, "sched_getscheduler") or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return lambda: None
    _set_policy(os.SCHED_BATCH)
    return lambda: _set_policy(os.SCHED_OTHER)


def _set_policy(policy: int) -> None:
    # Where it is forbidden, it is as it would be without.
    with suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(0))
