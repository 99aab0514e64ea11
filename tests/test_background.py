"""Work in the background gives way, also where the kernel weighs sessions instead of processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TELL = (
    "import os; from nameplate.background import give_way; give_way(); from pathlib import Path;"
    "group = Path('/proc/self/autogroup'); print(os.nice(0), group.read_text() if group.exists() else '')"
)
AUTOGROUP = Path("/proc/self/autogroup")


def told(*, leads: bool) -> tuple[int, str]:
    """Its niceness, and that of its session."""
    done = subprocess.run(
        [sys.executable, "-c", TELL], capture_output=True, text=True, check=True, start_new_session=leads
    )
    nice, _, group = done.stdout.strip().partition(" ")
    return int(nice), group


@pytest.mark.parametrize("leads", [True, False])
def test_what_gives_way_is_nicer_than_who_started_it(leads: bool) -> None:
    assert told(leads=leads)[0] == min(os.nice(0) + 10, 19)


def test_a_session_of_ones_own_gives_way_as_a_whole_and_no_other() -> None:
    before = AUTOGROUP.read_text() if AUTOGROUP.exists() else ""
    if not before:
        pytest.skip("this kernel weighs no sessions")
    assert told(leads=True)[1].endswith("nice 10")
    assert told(leads=False)[1] == before.strip()
    assert AUTOGROUP.read_text() == before
