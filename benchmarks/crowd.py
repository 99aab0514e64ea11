"""Many people at once: each has a connection of his own and sends now and then. One thread, one epoll.

The pace is given from outside (so many requests a second in all), whatever the server does: a request that cannot leave
because the answer before it is not there waits, and that counts as its time.
"""

import contextlib
import heapq
import random
import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

RECEIVE = 262_144
IDLE = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `done` is told when its answer was right."""

    kind: str
    data: bytes
    statuses: tuple[bytes, ...]
    done: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Crowd:
    """What came of it. `times`: seconds from when a request should have left to its whole answer, by kind."""

    connections: int
    seconds: float = 0.0
    busy: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        return sum(len(times) for times in self.times.values())

    def percentile(self, fraction: float, kind: str = "") -> float:
        """Of one kind, or of all."""
        times = self.times.get(kind, []) if kind else [t for some in self.times.values() for t in some]
        ordered = sorted(times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))] if ordered else 0.0


class _Person:
    __slots__ = ("ask", "due", "expected", "fresh", "late", "opened", "port", "received", "socket")

    def __init__(self, port: int) -> None:
        self.port = port
        self.ask: Ask | None = None
        self.due = 0.0
        self.late: list[float] = []  # when requests should have left that wait for the answer before them
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received, self.expected, self.fresh = b"", 0, True
        self.opened = time.perf_counter()

    def send(self, ask: Ask, due: float) -> None:
        self.ask, self.due, self.received, self.expected = ask, due, b"", 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # found out when it is read
            self.socket.sendall(ask.data)

    def receive(self) -> bytes | None:
        """The status when the answer is complete; b'' when the server closed the connection."""
        try:
            data = self.socket.recv(RECEIVE)
        except ConnectionResetError:
            data = b""
        if not data:
            return b""
        self.received += data
        if not self.expected:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.expected = end + 4 + _length(self.received[:end])
        if len(self.received) < self.expected:
            return None
        self.fresh = False
        return self.received[9:12]


def _length(head: bytes) -> int:
    at = head.find(b"content-length: ")
    if at < 0 or head[9:12] in (b"204", b"304"):
        return 0
    end = head.find(b"\r\n", at)
    return int(head[at + 16 : end if end > 0 else None])


def let_loose(
    port: int,
    choose: Callable[[], Ask],
    *,
    connections: int,
    rate: float,
    seconds: float,
    warm_up: float = 2.0,
) -> Crowd:
    """`connections` people send `rate` requests a second in all. The first `warm_up` seconds do not count."""
    crowd = Crowd(connections)
    people = [_Person(port) for _ in range(connections)]
    by_number = {person.socket.fileno(): person for person in people}
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    pause = connections / rate
    begun = time.perf_counter()
    counting, end = begun + warm_up, begun + warm_up + seconds
    plan = [(begun + random.uniform(0, pause), place) for place in range(connections)]
    heapq.heapify(plan)
    cpu = time.process_time()
    under_way = 0
    try:
        while True:
            now = time.perf_counter()
            while plan and plan[0][0] <= now:
                due, place = heapq.heappop(plan)
                if due < end:
                    heapq.heappush(plan, (due + random.expovariate(1 / pause), place))
                    person = people[place]
                    if person.ask is None:
                        person.send(choose(), due)
                        under_way += 1
                    else:
                        person.late.append(due)
            if now >= end and (under_way == 0 or now > end + 10):
                break
            wait = max(min(plan[0][0] if plan else end, end) - now, 0.0) if now < end else 0.1
            for number, _ in poll.poll(wait):
                person = by_number[number]
                status = person.receive()
                if status is None:
                    continue
                if status == b"":
                    del by_number[number]
                    poll.unregister(number)
                    under_way -= not _again(crowd, person)
                    by_number[person.socket.fileno()] = person
                    poll.register(person.socket.fileno(), select.EPOLLIN)
                    continue
                under_way -= 1
                under_way += _take(crowd, person, status, counting, choose)
        if under_way:
            crowd.errors["not answered within ten seconds"] += under_way
        crowd.seconds = end - counting
        crowd.busy = (time.process_time() - cpu) / (time.perf_counter() - begun)
        return crowd
    finally:
        poll.close()
        for person in people:
            person.socket.close()


def _take(
    crowd: Crowd,
    person: _Person,
    status: bytes,
    counting: float,
    choose: Callable[[], Ask],
) -> int:
    """Note an answer; 1 when the next request left at once."""
    ask, person.ask = person.ask, None
    if ask is None:
        return 0
    if status not in ask.statuses:
        crowd.errors[f"{ask.kind}: {status.decode()}"] += 1
    else:
        ask.done()
        if person.due >= counting:
            crowd.times.setdefault(ask.kind, []).append(time.perf_counter() - person.due)
    if person.late:
        person.send(choose(), person.late.pop(0))
        return 1
    return 0


def _again(crowd: Crowd, person: _Person) -> bool:
    """The server closed the connection. As browsers do: connect anew, and send again what crossed with that on a
    connection that had served before, or had waited for its first request. False when the request under way is lost."""
    ask, begun = person.ask, bool(person.received)
    reused = not person.fresh or person.due - person.opened > IDLE
    person.socket.close()
    person.connect()
    if ask is None:
        return True
    if reused and not begun:
        person.send(ask, person.due)
        return True
    crowd.errors[f"{ask.kind}: connection closed by the server"] += 1
    person.ask = None
    return False
