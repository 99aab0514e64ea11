"""The public page: requests per second as a share of a bare application's, and what a request asks of PostgreSQL.

And whether counting slows it. What beacons cost they cost somewhere: so they go to another web process on the same
core, and the question is whether a page's share of bare is the same without them and while they arrive.
"""

import itertools
import json
import statistics
from collections.abc import Callable
from functools import partial
from itertools import chain
from multiprocessing import Process

from benchmarks.harness import Bench, Case, Server, compare, say
from benchmarks.load import fetch, request, run
from benchmarks.visits import visits

# Of the bare application, by requests a second.
LEAST = {"page": 0.85, "short link (302), click durable": 0.5}
LEAST_UNTOUCHED = 0.95  # of its share of bare without beacons, while they flow
LINKS = [
    "https://github.com/ann",
    "https://mastodon.social/@ann",
    "https://www.linkedin.com/in/ann",
    "https://ann.example/blog",
    "https://ann.example/talks",
    "https://github.com/ann/nameplate",
    "https://github.com/ann/dotfiles",
    "https://github.com/ann/slowjson",
    "https://bsky.app/profile/ann.example",
    "https://news.ycombinator.com/user?id=ann",
    "mailto:ann@ann.example",
    "https://ann.example/cv.pdf",
]


def call(server: Server, method: str, path: str, body: object, cookie: str = "") -> tuple[object, str]:
    """One call of the JSON API: the answer's body and the session cookie, if it sets one."""
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    data = request(f"/api/v1{path}", method=method, body=json.dumps(body).encode(), headers=headers)
    status, answered, text = fetch(server.port, data)
    if status >= 300:
        raise SystemExit(f"{method} {path}: {status} {text.decode()}")
    cookies = [value.partition(";")[0] for name, value in answered if name == "set-cookie"]
    return json.loads(text), cookies[0] if cookies else cookie


def make_page(server: Server, handle: str) -> str:
    """Sign up and add a dozen links; the short address of the first one."""
    account = {"email": f"{handle}@example.org", "password": "correct horse battery", "handle": handle}
    _, cookie = call(server, "POST", "/accounts", account)
    call(server, "PATCH", "/profile", {"display_name": "Ann Onymous", "bio": "I make small tools."}, cookie)
    slugs = [call(server, "POST", "/links", {"url": url}, cookie)[0] for url in LINKS]
    first = slugs[0]
    assert isinstance(first, dict)
    return f"/{handle}/{first['slug']}"


def start_up(bench: Bench, times: int = 3) -> float:
    """Median seconds from starting `nameplate serve` to its first answer."""
    seconds = []
    for number in range(times):
        server = bench.nameplate(name=f"start-{number}")
        seconds.append(server.start_up)
        bench.stop(server)
    return statistics.median(seconds)


def statements_for(server: Server, act: Callable[[], object], times: int = 3) -> float:
    """SQL statements that `act` costs: the least of a few tries, because keys are refreshed beside it."""
    costs = []
    for _ in range(times):
        before = server.statements()
        act()
        costs.append(server.statements() - before)
    return min(costs)


def print_statements(server: Server, cases: dict[str, Case]) -> None:
    say("SQL statements for 5,000 requests, from /metrics:\n")
    say("| | statements |")
    say("|---|---|")
    for name, case in cases.items():
        send = partial(run, server.port, case.requests, status=case.status, warm_up=0, seconds=60, most=5000)
        cost = statements_for(server, send)
        say(f"| {name} | {cost:.0f} |")
        if cost:
            raise SystemExit(f"{name} asked the database although it is in memory")
    nobody = (f"nobody-{number}" for number in itertools.count())
    miss = statements_for(server, lambda: fetch(server.port, request(f"/{next(nobody)}")))
    say(f"| one page that is not in memory | {miss:.0f} |")
    if miss != 1:
        raise SystemExit("a miss must cost one statement")


def untouched(bench: Bench, rounds: int, seconds: float) -> float:
    """The page's share of bare while beacons flow, by its share without them. Prints a table.

    Both servers lose as much to whatever else runs on their core, which is why bare has threads like ours here; what a
    page itself would do for a beacon, it alone.
    """
    pages, counting = bench.nameplate(name="pages"), bench.nameplate(name="counting")
    data = [request("/ann")]
    servers = {"page": pages, "bare": bench.bare(pages.port, data[0], patient=True)}
    sent = list(chain.from_iterable((visit.view, visit.leave) for visit in visits(["ann"], 5000)))
    costs: dict[tuple[str, bool], list[float]] = {}
    for number in range(2 * rounds):
        flowing = number % 4 in (1, 2)
        # One connection: the next one goes as soon as the one before is on disk.
        beacons = Process(
            target=run,
            args=(counting.port, sent),
            kwargs={"status": 204, "connections": 1, "seconds": 2 * (seconds + 0.5)},
        )
        if flowing:
            beacons.start()
        for name, server in list(servers.items())[:: 1 if number % 3 else -1]:
            before = server.cpu()
            sample = run(server.port, data, connections=32, seconds=seconds)
            costs.setdefault((name, flowing), []).append((server.cpu() - before) / sample.sent)
        if flowing:
            beacons.join()
            if beacons.exitcode:
                raise SystemExit("no beacons were taken")
    cost = {case: statistics.median(values) for case, values in costs.items()}
    shares = {flowing: cost["bare", flowing] / cost["page", flowing] for flowing in (False, True)}
    say("| | CPU per page | CPU per bare request | ratio |")
    say("|---|---|---|---|")
    for flowing, name in ((False, "no beacons"), (True, "beacons flowing")):
        page, bare = cost["page", flowing] * 1e6, cost["bare", flowing] * 1e6
        say(f"| {name} | {page:.1f} µs | {bare:.1f} µs | {shares[flowing]:.2f} |")
    for server in (*servers.values(), counting):
        bench.stop(server)
    return shares[True] / shares[False]


def main(rounds: int = 9, seconds: float = 1.5) -> None:
    """Print the tables; exit non-zero when a figure is below what is promised."""
    with Bench(beside=True) as bench:
        say(f"Start-up of a web process: {start_up(bench):.2f} s\n")
        site = bench.nameplate()
        short = make_page(site, "ann")
        page = request("/ann")
        etag = dict(fetch(site.port, page)[1])["etag"]
        cases = {
            "page": Case(site, [page]),
            "page, unchanged (304)": Case(site, [request("/ann", headers={"If-None-Match": etag})], 304),
            "unknown address (404)": Case(site, [request("/no/such/thing")], 404),
            "short link (302), click durable": Case(site, [request(short)], 302),
        }
        for case in cases.values():
            fetch(site.port, next(iter(case.requests)))
        print_statements(site, cases)
        say(f"\nA web process against a bare Granian application with the same answers, {rounds} rounds:")
        failed = []
        for name, case in cases.items():
            bare = bench.bare(site.port, next(iter(case.requests)))
            patient = bench.bare(site.port, next(iter(case.requests)), name="bare-patient", patient=True)
            sides = {
                name: case,
                "bare": Case(bare, case.requests, case.status),
                "bare, threads as patient as ours": Case(patient, case.requests, case.status),
            }
            results = compare(sides, base="bare", rounds=rounds, seconds=seconds)
            bench.stop(bare)
            bench.stop(patient)
            if results[name].ratio < LEAST.get(name, 0.0):
                failed.append(f"{name}: {results[name].ratio:.2f} of bare is less than {LEAST[name]}")
        ratio = untouched(bench, rounds, seconds)
        say(f"\nWith beacons flowing the page reaches {ratio:.2f} of its share without.")
        if ratio < LEAST_UNTOUCHED:
            failed.append(f"beacons make the page dearer: {ratio:.2f}")
        if failed:
            raise SystemExit("; ".join(failed))
