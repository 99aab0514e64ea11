"""A whole `nameplate up` in a folder of its own, whose processes can be killed."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from nameplate.commands.folder import running
from nameplate.engines.postgres import ADMIN
from nameplate.engines.process import Launch, Process, free_port
from nameplate.engines.secrets import load_secrets


@dataclass(frozen=True)
class Installation:
    """One that runs. `up` is its supervisor."""

    folder: Path
    url: str
    up: Process

    @property
    def log(self) -> str:
        assert self.up.log is not None
        return self.up.log.read_text("utf-8", "replace")

    def admin_url(self) -> str:
        """The database as superuser."""
        found = running(self.folder)
        assert found is not None
        place = found.environment["NAMEPLATE_DATABASE_URL"].removeprefix("postgresql://")
        password = load_secrets(self.folder / "secrets.json").postgres_admin
        return f"postgresql://{ADMIN}:{password}@{place}"

    def pids(self, what: str) -> list[int]:
        """Of `web` (its main process first, then those that answer), `worker`, `valkey` or `postgresql`."""
        marks = {
            "web": "nameplate serve",
            "worker": "nameplate work",
            "valkey": "valkey-server",  # it writes its own title
            "postgresql": f"-D {self.folder / 'postgres' / 'data'}",
        }
        found = []
        for child in psutil.Process(self.up.pid).children():
            if marks[what] in " ".join(child.cmdline()):
                found = [child.pid, *(grandchild.pid for grandchild in child.children())]
        return found

    def wait_until_ready(self, seconds: float = 40.0) -> float:
        """Until /readyz says that every engine answers; the seconds it took."""
        started = time.monotonic()
        last = ""
        while time.monotonic() - started < seconds:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=3, trust_env=False)
                if answer.status_code == 200:
                    return time.monotonic() - started
                last = answer.text
            except httpx.HTTPError as error:
                last = type(error).__name__
            time.sleep(0.1)
        raise AssertionError(f"not ready after {seconds} s: {last}\n{self.log[-3000:]}")

    def kill(self, pid: int) -> None:
        """As `kill -9` does, and wait until it is gone."""
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGKILL)
        process.wait(10)

    def everything(self) -> list[psutil.Process]:
        parent = psutil.Process(self.up.pid)
        return [parent, *parent.children(recursive=True)]


@contextmanager
def installation(folder: Path, *, web_processes: int = 1, **settings: str) -> Iterator[Installation]:
    """`nameplate up --no-demo` from its start to its end, stopped as an operator would stop it."""
    port = free_port()
    data = folder / "data with a space"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAMEPLATE_")}
    environment |= {
        "NAMEPLATE_DATA_DIR": str(data),
        "NAMEPLATE_PORT": str(port),
        "NAMEPLATE_WEB_PROCESSES": str(web_processes),
        "NAMEPLATE_GITHUB_API_URL": "http://127.0.0.1:9",  # no test asks the real one
        **{f"NAMEPLATE_{name.upper()}": value for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "nameplate", "up", "--no-demo"]
    up = Process("up", Launch(command=command, environment=environment), folder / "up.log")
    up.start()
    running_now = Installation(data, f"http://127.0.0.1:{port}", up)
    try:
        running_now.wait_until_ready(90)
        yield running_now
    finally:
        if up.alive:
            up.signal(signal.SIGTERM)
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and up.alive:
                time.sleep(0.05)
            up.kill_group()


def sign_up(site: Installation, handle: str, urls: list[str]) -> list[str]:
    """A new account with links; the short addresses of the links."""
    with httpx.Client(
        base_url=site.url, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}
    ) as browser:
        account = {"email": f"{handle}@example.org", "password": "correct horse battery", "handle": handle}
        answer = browser.post("/api/v1/accounts", json=account)
        assert answer.status_code == 201, answer.text
        slugs = []
        for url in urls:
            link = browser.post("/api/v1/links", json={"url": url})
            assert link.status_code == 201, link.text
            slugs.append(json.loads(link.text)["slug"])
        return [f"/{handle}/{slug}" for slug in slugs]
