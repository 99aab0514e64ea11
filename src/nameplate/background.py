"""Work that takes what processor time others leave."""

import os
import time
from contextlib import suppress
from pathlib import Path

_LESS = 10  # about a tenth of the weight of who answers


def give_way() -> None:
    """Whoever waits for a page comes before this process and what it starts.

    Where the kernel weighs sessions against each other (autogroups, sched(7)), niceness counts within a session only.
    So this process says it of its session too, when it leads one.
    """
    os.nice(_LESS)
    if os.getsid(0) != os.getpid():
        return
    for _ in range(5):
        with suppress(FileNotFoundError, PermissionError):
            try:
                Path("/proc/self/autogroup").write_text(str(_LESS), "ascii")
            except BlockingIOError:  # somebody else did so within the last tenth of a second
                time.sleep(0.11)
                continue
        return
