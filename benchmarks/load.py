"""A load generator: one thread, one epoll, keep-alive connections, each with one request under way.

It is here because a fresh machine has no other: it needs nothing but Python. The status of every answer is checked,
so that a server cannot be fast by being wrong. It can send nearly twice what a bare Granian application answers;
`Sample.busy` tells how close it was to its own limit.
"""

import itertools
import select
import socket
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
BODYLESS = (b"204", b"304")
RECEIVE = 262_144


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement. Times in seconds."""

    requests: int
    sent: int  # the requests of the warm-up as well
    seconds: float
    busy: float  # 0 to 1: how much of its core the generator itself used
    latencies: "array[float]" = field(repr=False)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def percentile(self, fraction: float) -> float:
        """Latency that `fraction` of the requests stayed below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


class WrongAnswer(Exception):
    """The server closed a connection or answered something else than expected."""


def request(
    path: str, *, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """The bytes of one request, with the headers a browser would send."""
    sent = {
        "Host": "localhost",
        "User-Agent": BROWSER,
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-GB,en;q=0.9",
        **(headers or {}),
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Connection:
    __slots__ = ("expected", "received", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.received = b""
        self.expected = 0  # bytes of the whole answer, once its head is here

    def send(self, data: bytes) -> None:
        self.received = b""
        self.expected = 0
        self.sent_at = time.perf_counter()
        # The longest request is far below a socket's buffer: this never waits.
        self.socket.sendall(data)

    def receive(self, status: bytes) -> bool:
        """Whether the answer is complete now."""
        data = self.socket.recv(RECEIVE)
        if not data:
            raise WrongAnswer("the server closed the connection")
        if self.received:
            data = self.received + data
        if not self.expected:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.received = data
                return False
            if data[9:12] != status:
                raise WrongAnswer(f"expected {status.decode()}, not {data[: end + 300]!r}")
            self.expected = end + 4 + (0 if status in BODYLESS else _length(data[:end]))
        self.received = data
        return len(data) >= self.expected


def _length(head: bytes) -> int:
    at = head.find(b"content-length: ")
    if at < 0:
        at = head.lower().find(b"content-length: ")  # as others than Granian write it
    if at < 0:
        raise WrongAnswer(f"no length in {head!r}")
    end = head.find(b"\r\n", at)
    return int(head[at + 16 : end if end > 0 else None])


def run(
    port: int,
    requests: Iterable[bytes],
    *,
    status: int = 200,
    connections: int = 32,
    seconds: float = 3.0,
    warm_up: float = 0.5,
    most: int | None = None,
) -> Sample:
    """Send `requests`, over and over unless `most` are wanted, as fast as they are answered.

    Every answer must have `status`; else WrongAnswer. The first `warm_up` seconds do not count.
    """
    source: Iterator[bytes] = iter(requests) if isinstance(requests, Iterator) else itertools.cycle(requests)
    wanted = str(status).encode()
    latencies = array("d")
    poll = select.epoll()
    active = {}
    sent = 0
    try:
        for _ in range(connections):
            connection = _Connection(port)
            active[connection.socket.fileno()] = connection
            poll.register(connection.socket.fileno(), select.EPOLLIN)
            connection.send(next(source))
        started, cpu = time.perf_counter(), time.process_time()
        stop = started + warm_up + seconds
        counting = warm_up == 0.0
        now = started
        while now < stop and (most is None or len(latencies) < most):
            if not (events := poll.poll(5.0)):
                raise WrongAnswer("nothing came back for five seconds")
            for number, _ in events:
                connection = active[number]
                if not connection.receive(wanted):
                    continue
                sent += 1
                now = time.perf_counter()
                if counting:
                    latencies.append(now - connection.sent_at)
                elif now - started >= warm_up:
                    counting, started, cpu = True, now, time.process_time()
                connection.send(next(source))
        elapsed = time.perf_counter() - started
        return Sample(len(latencies), sent, elapsed, (time.process_time() - cpu) / elapsed, latencies)
    finally:
        poll.close()
        for connection in active.values():
            connection.socket.close()


def fetch(port: int, data: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Send one request by itself: status, headers, body."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(data)
        received = b""
        while b"\r\n\r\n" not in received:
            if not (part := connection.recv(RECEIVE)):
                raise WrongAnswer("the server closed the connection")
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        status = head[9:12]
        length = 0 if status in BODYLESS else _length(head)
        while len(body) < length:
            if not (part := connection.recv(RECEIVE)):
                raise WrongAnswer("the server closed the connection")
            body += part
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = [line.partition(":") for line in lines]
    return int(status), [(name.lower(), value.strip()) for name, _, value in pairs], body
