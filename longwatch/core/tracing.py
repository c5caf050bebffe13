# SPDX-License-Identifier: Apache-2.0
"""Spans: how long the parts of the work take, for whoever collects traces. While nobody does, they cost a comparison.

What a span may say is a closed list, and none of it tells of people, records or secrets: names of tasks, templates of
addresses, counts, durations, and the class of what failed.
"""

import secrets
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Literal, Protocol, get_args

Kind = Literal["internal", "server", "client"]
Value = str | int | float | bool
Key = Literal[
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "error.type",
    "longwatch.sql.count",
    "longwatch.sql.seconds",
    "longwatch.job.task",
    "longwatch.job.attempt",
    "longwatch.signals",
    "longwatch.records",
    "longwatch.events",
    "longwatch.poll.kind",
    "longwatch.analyzer",
]
KEYS: frozenset[str] = frozenset(get_args(Key))
MILLION = 1_000_000


class Recorded(Protocol):
    """A span as the tracing library keeps it."""

    def set_attribute(self, key: str, value: Value, /) -> None:
        """Add what is known."""

    def failed(self) -> None:
        """Mark it as failed."""

    def end(self) -> None:
        """It is over, and may be sent."""


class Recorder(Protocol):
    """What makes spans and sends them."""

    def begin(self, name: str, kind: Kind, outer: Recorded | None, traceparent: str, /) -> Recorded:
        """Begin one, inside of another, or of one that somebody else began."""


class Span:
    """One piece of work. Without anything that records, it takes what it is told and forgets it."""

    __slots__ = ("_recorded",)

    def __init__(self, recorded: Recorded | None = None) -> None:
        self._recorded = recorded

    @property
    def recorded(self) -> Recorded | None:
        """What records it, if anything does."""
        return self._recorded

    def tell(self, key: Key, value: Value) -> None:
        """Say something of it."""
        if self._recorded is not None:
            self._recorded.set_attribute(key, value)

    def fail(self, kind: str) -> None:
        """Mark it as failed, with the kind of failure: never its words, which may name anybody."""
        if self._recorded is not None:
            self._recorded.set_attribute("error.type", kind)
            self._recorded.failed()

    def drop(self) -> None:
        """Send nothing of it, nor of what is done within it from now on."""
        self._recorded = None

    def end(self) -> None:
        """It is over."""
        if self._recorded is not None:
            self._recorded.end()


SILENT = Span()
_here: ContextVar[Span | None] = ContextVar("longwatch_span", default=None)
_recorder: Recorder | None = None
_share = 1.0


class _Work:
    """A span for the length of a `with`."""

    __slots__ = ("_kind", "_name", "_share", "_span", "_token", "_traceparent")

    def __init__(self, name: str, kind: Kind, share: float | None, traceparent: str) -> None:
        self._name, self._kind, self._share, self._traceparent = name, kind, share, traceparent
        self._span = SILENT
        self._token: Token[Span | None] | None = None

    def __enter__(self) -> Span:
        self._span = Span(self._begun())
        self._token = _here.set(self._span)
        return self._span

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._token is not None:
            _here.reset(self._token)
        if kind is not None:
            self._span.fail(kind.__name__)
        self._span.end()

    def _begun(self) -> Recorded | None:
        """The span, when the whole that it is a part of is among those that are recorded."""
        outer = _here.get()
        if _recorder is None or (outer is not None and outer.recorded is None):
            return None
        if outer is None and not _is_chosen(_share if self._share is None else self._share):
            return None
        return _recorder.begin(self._name, self._kind, outer.recorded if outer else None, self._traceparent)


class _Nothing:
    """The same, while nobody collects."""

    __slots__ = ()

    def __enter__(self) -> Span:
        return SILENT

    def __exit__(self, *about: object) -> None:
        """Nothing began."""


_NOTHING = _Nothing()


def span(name: str, kind: Kind = "internal", *, share: float | None = None, traceparent: str = "") -> _Work | _Nothing:
    """Record what the `with` block does; of work that is no part of other work, only this share."""
    return _NOTHING if _recorder is None else _Work(name, kind, share, traceparent)


def here() -> Span:
    """The span of the work that is being done."""
    return _here.get() or SILENT


def record_with(recorder: Recorder | None, share: float = 1.0) -> None:
    """From now on spans go to this recorder; without one they are not made."""
    global _recorder, _share
    _recorder, _share = recorder, share


def _is_chosen(share: float) -> bool:
    return share >= 1 or secrets.randbelow(MILLION) < share * MILLION
