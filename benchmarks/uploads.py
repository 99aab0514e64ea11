"""What taking a picture costs, against libvips alone that makes the same variants of the same file in one process.

    python -m benchmarks.uploads [--uploads 4] [--rounds 3]

Processor time of Nameplate's own processes (web, the server of decoders, each decoder) for an upload, as a ratio;
uploads a second on one core, engines included; the memory of a decoder as a ratio; and how late the event loop of the
web process is while 50 uploads are in flight, and while nothing is.
"""

import argparse
import http.client
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psutil
import pyvips

from benchmarks.harness import SERVER_CORE, Bench, Server, say
from benchmarks.lag import MOST_LAG, Lag
from benchmarks.page import call
from nameplate.assets.purposes import SHAPES, Purpose
from nameplate.settings_check import MOST_LIMIT

PURPOSES: tuple[Purpose, ...] = ("avatar", "background")
IN_FLIGHT = 50
LAG_SECONDS = 12.0
LEAST_RATIO = 0.6
ALONE = {"MALLOC_ARENA_MAX": "1", "VIPS_CONCURRENCY": "1"}
_numbers = itertools.count()


def photo() -> bytes:
    """12 megapixels with the detail of a photo of a phone, about 3 MB."""
    coarse = pyvips.Image.perlin(4000, 3000, cell_size=400, uchar=True)
    fine = pyvips.Image.perlin(4000, 3000, cell_size=40, uchar=True)
    noise = pyvips.Image.gaussnoise(4000, 3000, sigma=10, mean=128, seed=1).cast("uchar")
    image = coarse.bandjoin([fine, noise]).copy(interpretation="srgb")
    data: bytes = image.jpegsave_buffer(Q=88)
    return data


def picture_form(purpose: Purpose, data: bytes) -> tuple[bytes, dict[str, str]]:
    """One that was not sent before: a number behind the picture makes it another file."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n%b\r\n--b\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%b%d\r\n--b--\r\n'
    ) % (purpose.encode(), data, next(_numbers))
    return body, {"Content-Type": "multipart/form-data; boundary=b", "Sec-Fetch-Site": "same-origin"}


def upload(server: Server, cookie: str, purpose: Purpose, data: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    body, headers = picture_form(purpose, data)
    connection.request("POST", "/api/v1/assets", body, {**headers, "Cookie": cookie})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 201:
        raise SystemExit(f"An upload was answered {answer.status}: {text.decode()}")


def spent(server: Server) -> float:
    """Seconds of processor time of the web processes, and of decoders that have ended."""
    root = psutil.Process(server.process.pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def most_memory(server: Server) -> float:
    """That a decoder had so far, in MB."""
    found = (
        value for name, value in server.metrics().items() if name.startswith("nameplate_picture_most_memory")
    )
    return max(found) / 2**20


def alone(purpose: Purpose, file: str, times: int) -> None:
    """In a process of its own: print seconds of processor time, seconds, and the most memory in MB."""
    from nameplate.assets.decoder import picture  # noqa: PLC0415  loads libvips into this process

    started, before = time.perf_counter(), time.process_time()
    for _ in range(times):
        with open(file, "rb") as source:  # noqa: PTH123
            picture.transcode(source, "jpeg", SHAPES[purpose])
    took, cost = time.perf_counter() - started, time.process_time() - before
    print(json.dumps([cost / times, took / times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def libvips(purpose: Purpose, file: str, times: int) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.uploads", "--alone", purpose, file, str(times)]
    done = subprocess.run(
        ["taskset", "-c", str(SERVER_CORE), *command],
        env={**os.environ, **ALONE},
        capture_output=True,
        check=True,
    )
    found: list[float] = json.loads(done.stdout)
    return found


def compare(
    server: Server, cookie: str, data: bytes, purposes: Sequence[Purpose], *, uploads: int, rounds: int
) -> list[float]:
    """Print a table; the ratios by processor time."""
    say("| 12 megapixels as | CPU | libvips | ratio | uploads/s, one core | libvips | ratio | memory, MB |")
    say("|---|---|---|---|---|---|---|---|")
    ratios = []
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        for purpose in purposes:
            upload(server, cookie, purpose, data)
            costs, rates, limits = [], [], []
            for _ in range(rounds):
                limits.append(libvips(purpose, file.name, uploads))
                before, started = spent(server), time.perf_counter()
                with ThreadPoolExecutor(2) as threads:
                    list(threads.map(lambda _, p=purpose: upload(server, cookie, p, data), range(uploads)))
                rates.append(uploads / (time.perf_counter() - started))
                costs.append((spent(server) - before) / uploads)
            memory = most_memory(server)
            cost, limit = statistics.median(costs), statistics.median(found[0] for found in limits)
            ratio = statistics.median(found[0] / cost for found, cost in zip(limits, costs, strict=True))
            rate, most = statistics.median(rates), statistics.median(1 / found[1] for found in limits)
            ratios.append(ratio)
            say(
                f"| {purpose} | {cost * 1000:.0f} ms | {limit * 1000:.0f} ms | {ratio:.2f} | {rate:.1f} | {most:.1f} "
                f"| {rate / most:.2f} | {memory:.0f}, libvips {limits[0][2]:.0f}: {memory / limits[0][2]:.2f} |"
            )
    return ratios


def in_flight(server: Server, cookie: str, data: bytes, count: int) -> float:
    """The bound below which 99 of 100 timers of the event loop were late, with `count` uploads at any moment."""
    until = time.monotonic() + LAG_SECONDS
    lag = Lag(server.port)

    def send(_: int) -> int:
        done = 0
        while time.monotonic() < until:
            upload(server, cookie, "avatar", data)
            done += 1
        return done

    if count:
        with ThreadPoolExecutor(count) as threads:
            uploads = sum(threads.map(send, range(count)))
    else:
        uploads = 0
        time.sleep(LAG_SECONDS)
    seen = lag.buckets()
    total = max(seen.values())
    say(
        f"\n{count} uploads in flight for {LAG_SECONDS:.0f} s ({uploads} done), {total:.0f} timers of the event loop,"
    )
    say("late by at most: " + ", ".join(f"{bound * 1000:g} ms {n / total:.1%}" for bound, n in _short(seen)))
    return next(bound for bound, number in seen.items() if number >= 0.99 * total)


def _short(seen: dict[float, float]) -> Iterator[tuple[float, float]]:
    return ((bound, number) for bound, number in seen.items() if bound < 1)


def main() -> None:
    if sys.argv[1:2] == ["--alone"]:
        alone(sys.argv[2], sys.argv[3], int(sys.argv[4]))  # type: ignore[arg-type]
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--uploads", type=int, default=4)
    parser.add_argument("--only", choices=PURPOSES)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    data = photo()
    with Bench(
        rate_limit_uploads=MOST_LIMIT, asset_quota_count=MOST_LIMIT, asset_quota_megabytes=MOST_LIMIT
    ) as bench:
        server = bench.nameplate()
        account = {"email": "ann@example.org", "password": "correct horse battery", "handle": "ann"}
        _, cookie = call(server, "POST", "/accounts", account)
        say(f"A JPEG of {len(data) / 1e6:.1f} MB.\n")
        ratios = compare(
            server,
            cookie,
            data,
            [given.only] if given.only else PURPOSES,
            uploads=given.uploads,
            rounds=given.rounds,
        )
        idle = in_flight(server, cookie, data, 0)
        p99 = in_flight(server, cookie, data, IN_FLIGHT)
    if min(ratios) < LEAST_RATIO or p99 > max(MOST_LAG, idle):
        raise SystemExit(
            f"Wanted: {LEAST_RATIO} of libvips alone or more, and a lag of at most {MOST_LAG} s."
        )


if __name__ == "__main__":
    main()
