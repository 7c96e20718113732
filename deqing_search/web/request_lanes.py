"""Who computes when in a worker: quick requests one after the other, slow ones beside them, one at a time.

The threads of a worker share one interpreter. Half-made pages that take turns cost a third of the answers a second, and
a few slow searches beside them would make everybody wait. So a request begins in the quick lane. When it has computed
for `QUICK` seconds it leaves that lane to the next and goes on in the slow lane, where it computes a slice at a time.
When it has computed for as long as a request may, `request_deadline` ends it. What needs no computing takes no lane.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock
from time import monotonic, thread_time
from typing import Final

from flask import Flask, g, request
from werkzeug.exceptions import ServiceUnavailable

from deqing_search.messages import gettext_noop
from deqing_search.request_deadline import checked_by, too_costly
from deqing_search.web.clients import client

QUICK: Final = 0.1  # seconds of computing; all but a few searches need less
PATIENCE: Final = 0.1  # seconds that a request waits for the quick lane, in case the one in it never calls `check`
_PAUSE: Final = 0.005  # seconds between two looks at the clock of the thread, which costs as much as ten checks
SLICE: Final = 0.25  # seconds of computing in the slow lane before the next one has its turn
ROOM: Final = 8  # requests in the slow lane, waiting or computing; less than the threads of a worker
SHARE: Final = 6  # of them, those of one client
LONGEST: Final = 20.0  # seconds in the slow lane, waiting and computing
RETRY: Final = 5  # seconds after which a refused client may try again

FREE: Final = frozenset(
    {
        "static",
        "metrics",
        "api.openapi",
        "feeds.description",
        "feeds.robots",
        "pages.choose_language",
        "pages.favicon",
        "pages.favicon_ico",
        "pages.healthz",
        "pages.readyz",
        None,
    }
)  # fmt: skip - answers that need no computing; None: no such address

_BUSY = gettext_noop("正在处理的费时检索太多，这一次没有执行。请过几秒再试，或缩小范围。")


class Lane:
    """A lock that is given in the order of asking."""

    def __init__(self) -> None:
        self._lock, self._taken = Lock(), False
        self.waiting: deque[Lock] = deque()  # the one that has waited longest is the first

    def acquire(self, timeout: float) -> bool:
        """Wait for the lane; False when it was not free in `timeout` seconds."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            turn = Lock()
            turn.acquire()
            self.waiting.append(turn)
        if turn.acquire(timeout=max(timeout, 0)):
            return True
        with self._lock:
            if turn not in self.waiting:  # it was given at the last moment
                return True
            self.waiting.remove(turn)
            return False

    def release(self) -> None:
        """Give the lane to the one that has waited longest."""
        with self._lock:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self._taken = False


class Room:
    """Admits at most so many requests at a time, and of one client at most its share."""

    def __init__(self, most: int, share: int) -> None:
        self._most, self._share = most, share
        self._inside: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, client: str) -> bool:
        """Count a request of a client; False when the room, or the share of the client, is full."""
        with self._lock:
            if self._inside.total() >= self._most or self.is_full_for(client):
                return False
            self._inside[client] += 1
            return True

    def leave(self, client: str) -> None:
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]

    def is_full_for(self, client: str) -> bool:
        """Whether a client has its share."""
        return self._inside.get(client, 0) >= self._share


class Turns:
    """The two lanes of a process, and the room of the slow one."""

    def __init__(self, seconds: float, longest: float) -> None:
        """`seconds`: how long one request may compute; `longest`: how long it may stay in the slow lane."""
        self.seconds, self.longest = seconds, longest
        self.quick, self.slow = Lane(), Lane()
        self.room = Room(ROOM, SHARE)

    @contextmanager
    def slow_turn(self) -> Iterator[None]:
        """Compute in the slow lane; after a wait of `longest` seconds, outside it."""
        entered = self.slow.acquire(self.longest)
        try:
            yield
        finally:
            if entered:
                self.slow.release()


class Turn:
    """One request: how long it has computed, and the lane it is in."""

    def __init__(self, turns: Turns, client: str) -> None:
        self._turns, self._client = turns, client
        self._lane = turns.quick if turns.quick.acquire(PATIENCE) else None
        self._began = self._sliced = thread_time()
        self._looked = monotonic()
        self._slow_since = 0.0  # 0: it is quick

    def computed(self) -> float:
        """Seconds of computing so far."""
        return thread_time() - self._began

    def check(self) -> None:
        """Change lanes, let others go first, or end: `TooCostly` after the computing time, else 503."""
        if (looked := monotonic()) - self._looked < _PAUSE:
            return
        self._looked, now = looked, thread_time()
        if now - self._began > self._turns.seconds:
            raise too_costly(self._turns.seconds)
        if self._slow_since:
            if now - self._sliced > SLICE:
                self.leave_lane()
                self._wait()
        elif now - self._began > QUICK:
            self.leave_lane()
            if not self._turns.room.enter(self._client):
                raise busy()
            self._slow_since = monotonic()
            self._wait()

    def end(self) -> None:
        """Leave the lane."""
        self.leave_lane()
        if self._slow_since:
            self._turns.room.leave(self._client)

    def _wait(self) -> None:
        if not self._turns.slow.acquire(self._slow_since + self._turns.longest - monotonic()):
            raise busy()
        self._lane, self._sliced = self._turns.slow, thread_time()

    def leave_lane(self) -> None:
        """Let the next one compute."""
        lane, self._lane = self._lane, None
        if lane:
            lane.release()


def busy() -> ServiceUnavailable:
    """The refusal of a request for which there is no room now."""
    return ServiceUnavailable(_BUSY, retry_after=RETRY)


def install(app: Flask, seconds: float, longest: float = LONGEST) -> None:
    """Give each request of `app` its turn, `seconds` of computing, and `longest` seconds in the slow lane."""
    app.extensions["turns"] = turns = Turns(seconds, longest)

    def begin() -> None:
        g.leaving = leaving = ExitStack()
        if request.endpoint in FREE:
            return
        if turns.room.is_full_for(client()):
            raise busy()
        g.turn = turn = Turn(turns, client())
        leaving.callback(turn.end)
        leaving.enter_context(checked_by(turn.check))

    def end(_: BaseException | None) -> None:
        if "leaving" in g:
            g.leaving.close()

    app.before_request(begin)
    app.teardown_request(end)


def leave_lane() -> None:
    """Let others compute, because the current request waits for something else; the rest of it takes no turn."""
    if "turn" in g:
        g.turn.leave_lane()


def computed() -> float:
    """Seconds that the current request has computed; 0 where it needs no turn."""
    return float(g.turn.computed()) if "turn" in g else 0.0
