"""What this process let through itself: what limits go by while Valkey is away, and what Valkey is told afterwards."""

from collections import OrderedDict
from collections.abc import Iterator

from prometheus_client import Counter

forgotten = Counter(
    "nameplate_rate_limit_forgotten_total", "Keys dropped from a full history before their time was over"
)

# About 30 MB when all are taken.
MOST_KEYS = 100_000


class History:
    """Times of `time.monotonic()`, by key, for one length of window. Bounded; the key used longest ago goes first."""

    def __init__(self, window: float, *, most_keys: int = MOST_KEYS) -> None:
        self.window = window
        self._most = most_keys
        self._times: OrderedDict[bytes, list[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def note(self, key: bytes, now: float) -> None:
        """One request of `key` was let through."""
        times = self._times.get(key)
        if times is None:
            self._times[key] = [now]
            self._tidy(now)
            return
        if times[0] <= now - self.window:
            times[:] = [time for time in times if time > now - self.window]
        times.append(now)
        self._times.move_to_end(key)

    def give_back(self, key: bytes) -> None:
        """The newest request of `key` did not happen."""
        if (times := self._times.get(key)) and len(times) > 1:
            times.pop()
        else:
            self._times.pop(key, None)

    def used(self, key: bytes, now: float) -> list[float]:
        """Those within the window, the oldest first."""
        return [time for time in self._times.get(key, ()) if time > now - self.window]

    def wait(self, key: bytes, limit: int, now: float) -> float:
        """Seconds until `key` may come again when it may come `limit` times; 0.0: now."""
        used = self.used(key, now)
        if len(used) < limit:
            # Whom it has no room to remember it does not let through: nothing opens silently.
            return self.window if not used and len(self._times) >= self._most else 0.0
        return used[-limit] + self.window - now

    def since(self, start: float, now: float) -> Iterator[tuple[bytes, int]]:
        """How many each key had after `start` and within the window."""
        after = max(start, now - self.window)
        for key, times in self._times.items():
            if number := sum(time > after for time in times):
                yield key, number

    def _tidy(self, now: float) -> None:
        """Drop up to two that are over: more go than come, and none takes long."""
        for _ in range(2):
            key = next(iter(self._times))
            if self._times[key][-1] > now - self.window:
                break
            del self._times[key]
        if len(self._times) > self._most:
            self._times.popitem(last=False)
            forgotten.inc()
