"""The cached page beside nginx serving the same file, and behind nginx's and Varnish's cache.

    python -m benchmarks.caches

Both are looked for on this machine (`apt-get install nginx-light varnish`); what is not there is left out.
One process of each on the same core as the server, as everywhere. The caches may keep pages for a second, which is what
NAMEPLATE_CDN_MAX_AGE=1 says, so that nobody has to be told of changes.
"""

import os
import shutil

from benchmarks.harness import Bench, Case, Server, compare, say
from benchmarks.load import fetch, request
from benchmarks.page import make_page
from nameplate.engines.process import free_port

LEAST_HITS = 0.99
ASKED = 3000
NGINX = """
daemon off; worker_processes 1; error_log stderr error; pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 100000000; default_type text/html; etag on;
    {paths}
    {body}
}}
"""
TEMPORARY = "\n".join(
    f"{name}_temp_path {{folder}}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)
FILE = "server {{ listen 127.0.0.1:{port}; location = /ann {{ alias {file}; }} }}"
PROXY = """
    proxy_cache_path {folder}/cache keys_zone=pages:1m max_size=10m;
    upstream site {{ server 127.0.0.1:{site}; keepalive 8; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_cache pages; proxy_cache_lock on; proxy_cache_use_stale updating; proxy_cache_background_update on;
            add_header X-Cache $upstream_cache_status;
        }}
    }}
"""
VARNISH = 'vcl 4.1; backend site {{ .host = "127.0.0.1"; .port = "{site}"; }}'


def nginx(bench: Bench, name: str, body: str, **values: object) -> Server:
    folder = bench.folder / name
    folder.mkdir()
    folder.chmod(0o777)
    port = free_port()
    paths = TEMPORARY.format(folder=folder)
    text = NGINX.format(folder=folder, paths=paths, body=body.format(folder=folder, port=port, **values))
    if os.getuid() == 0:
        text = "user root;" + text
    (folder / "nginx.conf").write_text(text, "utf-8")
    command = [str(shutil.which("nginx", path=PATH)), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return bench.other(name, command, port, "/ann")


def varnish(bench: Bench, site: int) -> Server:
    folder = bench.folder / "varnish"
    folder.mkdir()
    (folder / "site.vcl").write_text(VARNISH.format(site=site), "utf-8")
    port = free_port()
    command = [
        str(shutil.which("varnishd", path=PATH)), "-F", "-j", "none", "-n", str(folder), "-a", f"127.0.0.1:{port}",
        "-f", str(folder / "site.vcl"), "-s", "malloc,32m", "-p", "thread_pools=1", "-T", "none",
    ]  # fmt: skip
    return bench.other("varnish", command, port, "/ann")


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def found(name: str) -> bool:
    if shutil.which(name, path=PATH):
        return True
    say(f"There is no {name} on this machine: left out.")
    return False


def main(rounds: int = 5, seconds: float = 2.0) -> None:
    """Print the table; exit non-zero when a cache asks more than one time in a hundred."""
    with Bench(cdn_max_age=1) as bench:
        site = bench.nameplate()
        make_page(site, "ann")
        page = request("/ann")
        cases = {"page": Case(site, [page])}
        body = fetch(site.port, page)[2]
        if found("nginx"):
            file = bench.folder / "ann.html"
            file.write_bytes(body)
            cases["nginx, the same file"] = Case(nginx(bench, "nginx", FILE, file=file), [page])
            cases["behind nginx"] = Case(nginx(bench, "nginx-cache", PROXY, site=site.port), [page])
        if found("varnishd"):
            cases["behind Varnish"] = Case(varnish(bench, site.port), [page])
        compare(cases, base="page", rounds=rounds, seconds=seconds)
        failed = [
            failure for name in cases if name.startswith("behind") for failure in hits(cases[name], name)
        ]
    if failed:
        raise SystemExit("; ".join(failed))


def hits(case: Case, name: str) -> list[str]:
    """What part of the requests the cache answers by itself, by what it says in its headers."""
    data = next(iter(case.requests))
    answers = [dict(fetch(case.server.port, data)[1]) for _ in range(ASKED)]
    # Varnish names two requests: this one, and the one that fetched what it answers with.
    own = sum(
        a.get("x-cache") in {"HIT", "UPDATING", "STALE"} or " " in a.get("x-varnish", "") for a in answers
    )
    say(f"{name}: {own / ASKED:.2%} of {ASKED:,} requests answered by the cache.")
    return [] if own / ASKED >= LEAST_HITS else [f"{name}: hit ratio {own / ASKED:.2%}"]


if __name__ == "__main__":
    main()
