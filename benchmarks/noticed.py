"""What pages noticed, heatmap and web vitals: asked without filters, under one, under several, and for bots."""

from benchmarks.screen import Screen, Taken, p95, row

PAGES = ("heatmap", "vitals")
BOUND = 500.0  # milliseconds, 95 of 100, with filters or for bots; by the clock and of processors
BOTS = {"bots": "true"}


def measure(screen: Screen, days: int, asked: dict[str, list[dict[str, str]]]) -> list[str]:
    """Print rows of the table; what takes longer than it may. `asked`: kinds of questions to their filters."""
    slow = []
    for page in PAGES:
        row(f"{days} days, {page}, no filter", screen.load(days, {}, [page], 10))
        for name, questions in {**asked, "bots": [BOTS] * 3}.items():
            taken = Taken([], [])
            for filters in questions:
                taken += screen.load(days, filters, [page], 3)
            what = f"{days} days, {page}, {name}"
            row(what, taken)
            if p95(taken.wall) > BOUND:
                slow.append(f"{what}: {p95(taken.wall):.0f} ms, not {BOUND:.0f}")
            if p95(taken.cpu) > BOUND:
                slow.append(f"{what}: {p95(taken.cpu):.0f} ms of processor time, not {BOUND:.0f}")
    return slow
