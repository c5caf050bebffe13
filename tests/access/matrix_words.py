# SPDX-License-Identifier: Apache-2.0
"""The words of the access matrix: personas, lines, groups, and what an answer means."""

from dataclasses import dataclass, field
from typing import Any

LET_THROUGH = {"GET": frozenset({200})}
# What is let through may still be the wrong moment (409) or incomplete (422); it is never hidden or forbidden.
DONE = frozenset({200, 201, 202, 204, 302, 409, 422})
HIDDEN, FORBIDDEN = frozenset({404}), frozenset({403})
SIGN_IN, UNAUTHENTICATED = frozenset({302}), frozenset({401})
OPEN = frozenset({200, 302})

EVERYBODY = frozenset(
    {"reporter", "responder", "analyst", "investigator", "lead", "supervisor", "hr", "counsel", "auditor"}
    | {"administrator", "outsider", "privacy", "custodian"}
)
PROGRAMS = frozenset({"integration"})
# Nobody can make a token that may do nothing, so a reporter has none and counts as not signed in.
WITH_TOKEN = (EVERYBODY - {"reporter"}) | PROGRAMS
HANDLERS = frozenset(["responder", "analyst", "investigator", "lead", "supervisor"])
JUDGES = frozenset(["analyst", "investigator", "lead", "supervisor"])
NEED_TO_KNOW = frozenset({"analyst", "responder"})
MEMBERS = frozenset({"lead", "hr"})
CASE_WORKERS = frozenset(["analyst", "investigator", "lead", "supervisor", "hr", "counsel"])
SEARCHERS = CASE_WORKERS | {"responder"}
OUTSIDE = frozenset({"outsider"})
ADMINISTRATORS = frozenset({"administrator"})
# Who reads the trail of all that happened, without content.
TRAIL_READERS = frozenset({"auditor", "privacy"})
# A custodian reads cases as a member, and is one of none here.
CASE_READERS = CASE_WORKERS | {"custodian"}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One request."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def by_api(self) -> bool:
        """Whether programs ask this."""
        return self.path.startswith("/api/")


@dataclass(frozen=True)
class Group:
    """Lines with the same answers."""

    what: str
    allowed: frozenset[str]
    lines: tuple[Line, ...]
    forbidden: frozenset[str] = NOBODY
    anonymous: frozenset[int] | None = None
    answers: frozenset[int] | None = None

    def expected(self, persona: str, line: Line) -> frozenset[int]:
        """The statuses that a persona may get."""
        if persona == "anonymous" or (line.by_api and persona == "reporter"):
            return self.anonymous or (UNAUTHENTICATED if line.by_api else SIGN_IN)
        if persona in self.allowed:
            return self.answers or LET_THROUGH.get(line.method, DONE)
        return FORBIDDEN if persona in self.forbidden else HIDDEN


def get(path: str) -> Line:
    """Read."""
    return Line("GET", path)


def post(path: str, **body: Any) -> Line:
    """Do."""
    return Line("POST", path, body)


def put(path: str, **body: Any) -> Line:
    """Set, by API."""
    return Line("PUT", path, body)


def patch(path: str, **body: Any) -> Line:
    """Change parts, by API."""
    return Line("PATCH", path, body)


def delete(path: str) -> Line:
    """Take away, by API."""
    return Line("DELETE", path)


def form(path: str, **body: Any) -> tuple[Line, Line]:
    """A form's page and its sending."""
    return get(path), post(path, **body)


def rows(*lines: Line | tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines, with forms laid out flat."""
    return tuple(line for each in lines for line in (each if isinstance(each, tuple) else (each,)))
