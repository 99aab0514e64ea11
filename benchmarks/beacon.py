"""POST /e, durable before the answer, as a share of a bare application that reads the same body.

Web process, Valkey (append-only file, fsync always) and PostgreSQL share one core; the load has the other.
"""

from itertools import cycle

from benchmarks.harness import Bench, Case, compare, say
from benchmarks.page import make_page
from benchmarks.visits import LOOPBACK, visits

LEAST = 0.45
HANDLES = [f"ann-{number}" for number in range(1, 9)]
VISITS = 40_000  # more than any memory of the server's holds, and than are sent in a round


def main(rounds: int = 9, seconds: float = 2.0) -> None:
    """Print the table; exit non-zero below what is promised."""
    with Bench(trusted_proxies=LOOPBACK) as bench:
        site = bench.nameplate()
        for handle in HANDLES:
            make_page(site, handle)
        made = list(visits(HANDLES, VISITS))
        views = [visit.view for visit in made]
        # Every other one leaves: a few hundred visitors are on a page at any time.
        both = [
            data for here, gone in zip(made[300:], made, strict=False) for data in (here.view, gone.leave)
        ]
        bare = bench.bare(site.port, views[0])
        failed = []
        for name, data in {"views": views, "views, taps and vitals": both}.items():
            cases = {name: Case(site, cycle(data), status=204), "bare": Case(bare, cycle(data), status=204)}
            result = compare(cases, base="bare", rounds=rounds, seconds=seconds)[name]
            say(f"POST /e, {name}: {result.ratio:.2f} of the bare application ({LEAST} is promised).")
            if result.ratio < LEAST:
                failed.append(f"{name}: {result.ratio:.2f} of the bare application; {LEAST} is promised")
        if failed:
            raise SystemExit("; ".join(failed))


if __name__ == "__main__":
    main()
