"""GitHub and a mail server, as strict as the real ones where we talk to them."""

import base64
import hashlib
import json
import re
import secrets
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from nameplate.engines.process import free_port


@dataclass
class Mail:
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        plain = self.message.get_body(("plain",))
        assert plain is not None
        return str(plain.get_content())

    @property
    def html(self) -> str:
        html = self.message.get_body(("html",))
        assert html is not None
        return str(html.get_content())

    @property
    def proof(self) -> str:
        """What the link in the mail carries behind #."""
        found = re.search(r"/(?:verify|reset)#(\S+)", self.text)
        assert found, self.text
        return found[1]


@dataclass
class Mailbox:
    """Every mail that arrived. `refuse` is what the server says to a recipient, such as '550 no such user'."""

    mails: list[Mail] = field(default_factory=list)
    refuse: str = ""
    url: str = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails += [Mail(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    def take(self) -> list[Mail]:
        taken, self.mails = self.mails, []
        return taken

    def start(self) -> Controller:
        controller = Controller(self, hostname="127.0.0.1", port=free_port())
        controller.start()
        self.url = f"smtp://127.0.0.1:{controller.port}"
        return controller


CLIENT_ID, CLIENT_SECRET = "Iv1.0123456789abcdef", "a-secret-of-the-operator"


@dataclass
class GitHub:
    """Who is logged in there, and how it behaves. `ill` maps a path to a status code or a body to answer with."""

    id: int = 583231
    login: str = "octocat"
    name: str | None = "The Octocat"
    emails: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "email": "1+octocat@users.noreply.github.com",
                "primary": False,
                "verified": True,
                "visibility": None,
            },
            {"email": "Octocat@Example.org", "primary": True, "verified": True, "visibility": "private"},
        ]
    )
    denies: bool = False
    ill: dict[str, int | bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    url: str = ""

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent next."""
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert query["scope"] == "user:email"
        back = {"state": query["state"]}
        if self.denies:
            back |= {
                "error": "access_denied",
                "error_description": "The user has denied your application access.",
            }
        else:
            code = secrets.token_hex(10)
            self.codes[code] = query["code_challenge"]
            back["code"] = code
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, str]) -> dict[str, str]:
        """A code works once, for whoever knows the verifier. Errors come with status 200."""
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return {
                "error": "incorrect_client_credentials",
                "error_description": "...",
                "error_uri": "/apps/...",
            }
        challenge = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return {"error": "bad_verification_code", "error_description": "...", "error_uri": "/apps/..."}
        token = f"gho_{secrets.token_hex(18)}"
        self.tokens.add(token)
        return {"access_token": token, "scope": "user:email", "token_type": "bearer"}

    def start(self) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self._is_ill():
                return
            url = urlsplit(self.path)
            if url.path == "/login/oauth/authorize":
                self.send_response(302)
                query = {key: values[0] for key, values in parse_qs(url.query).items()}
                self.send_header("Location", github.authorize(query))
                self.end_headers()
                return
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            if token not in github.tokens or self.headers["Accept"] != "application/vnd.github+json":
                self._json(401, {"message": "Bad credentials", "status": "401"})
            elif url.path == "/user":
                self._json(200, {"id": github.id, "login": github.login, "name": github.name, "type": "User"})
            elif url.path == "/user/emails":
                self._json(200, github.emails)
            else:
                self._json(404, {"message": "Not Found"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self._is_ill():
                return
            form = {key: values[0] for key, values in parse_qs(body).items()}
            answer = github.exchange(form)
            if self.headers["Accept"] == "application/json":
                self._json(200, answer)
            else:
                self._send(200, "application/x-www-form-urlencoded", urlencode(answer).encode())

        def _is_ill(self) -> bool:
            path = urlsplit(self.path).path
            github.asked.append(path)
            found = github.ill.get(path)
            if isinstance(found, bytes):
                self._send(200, "text/html", found)
            elif found is not None:
                self._json(found, {"message": "Server Error"})
            return found is not None

        def _json(self, status: int, content: object) -> None:
            self._send(status, "application/json; charset=utf-8", json.dumps(content).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler
