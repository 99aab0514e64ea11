"""`GET /a/{key}` out of memory: requests per second as a share of a bare application's that sends the same bytes.

An avatar of 4 kB, a thumbnail of 12 kB and a background of 200 kB; unchanged, a part of it, and one that is nowhere.
And what the store is asked meanwhile: nothing.
"""

import asyncio
import random

from benchmarks.harness import Bench, Case, Server, compare, say
from benchmarks.load import fetch, request
from nameplate.storage import Storage

LEAST = 0.6  # of the bare application
SIZES = {"avatar, 4 kB": 4_000, "thumbnail, 12 kB": 12_000, "background, 200 kB": 200_000}


def fill(bench: Bench) -> dict[str, str]:
    """Objects of these sizes in the bucket; their paths."""
    chance = random.Random(1)
    storage = Storage(bench.settings)
    paths = {}

    async def put() -> None:
        for number, (name, size) in enumerate(SIZES.items()):
            key = f"{number:024}.avif"
            await storage.put(key, chance.randbytes(size), "image/avif")
            paths[name] = f"/a/{key}"

    asyncio.run(put())
    return paths


def fetches(server: Server) -> float:
    """Images the server looked for outside of its memory."""
    return sum(
        value
        for series, value in server.metrics().items()
        if series.startswith(("nameplate_asset_fetches_total", "nameplate_asset_cache_misses_total"))
    )


def main(rounds: int = 9, seconds: float = 1.5) -> None:
    """Print the table; exit non-zero when an image in memory is below its floor."""
    failed = []
    with Bench() as bench:
        site = bench.nameplate()
        paths = fill(bench)
        cases = {name: Case(site, [request(path)]) for name, path in paths.items()}
        avatar = paths["avatar, 4 kB"]
        etag = dict(fetch(site.port, request(avatar))[1])["etag"]
        cases["unchanged (304)"] = Case(site, [request(avatar, headers={"If-None-Match": etag})], 304)
        cases["a part (206)"] = Case(site, [request(avatar, headers={"Range": "bytes=0-999"})], 206)
        cases["nowhere (404)"] = Case(site, [request(f"/a/{'n' * 24}.avif")], 404)
        for case in cases.values():
            fetch(site.port, next(iter(case.requests)))
        before = fetches(site)
        say(f"A web process against a bare Granian application with the same answers, {rounds} rounds:")
        for name, case in cases.items():
            bare = bench.bare(site.port, next(iter(case.requests)))
            sides = {name: case, "bare": Case(bare, case.requests, case.status)}
            result = compare(sides, base="bare", rounds=rounds, seconds=seconds)[name]
            bench.stop(bare)
            if result.ratio < LEAST:
                failed.append(f"{name}: {result.ratio:.2f} of bare is less than {LEAST}")
        # What is nowhere is asked for once every few seconds, however many ask.
        asked = fetches(site) - before
        say(f"Questions to the disk or the store meanwhile: {asked:.0f}")
        if asked > rounds * seconds * 4:
            failed.append(f"{asked:.0f} questions about images that were in memory")
    if failed:
        raise SystemExit("; ".join(failed))


if __name__ == "__main__":
    main()
