# SPDX-License-Identifier: Apache-2.0
"""Asking the whole product as somebody, and comparing what two answers tell."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from longwatch.core.ids import SPOKEN_ALPHABET, case_reference
from tests.access.matrix import lines
from tests.access.matrix_words import Line
from tests.access.matrix_world import World

# What differs between two answers to the same question, and tells nothing about anybody's records.
PASSING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'<meta name="csrf-token" content="[^"]*">'),
    re.compile(rb'data-(?:since|began)="[^"]*"|[?&]since=[0-9.]+'),
    re.compile(rb'name="(?:token|operation|operation_id|once)" value="[^"]*"'),
)
HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control", "Vary", "WWW-Authenticate", "Retry-After")
# Doubled braces are braces (str.format), and name nothing.
PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)\}")
CASE_REFERENCE = re.compile(rf"CASE-[{SPOKEN_ALPHABET}]{{4}}-[{SPOKEN_ALPHABET}]{{2}}")
INCIDENT_REFERENCE = re.compile(r"INC-\d{4}-\d{4}")
# Streams that never end, and addresses that count how often somebody asks.
NOT_ASKED = ("/live/", "/accounts/", "/readyz")


@dataclass(frozen=True)
class Answer:
    """What somebody can learn from an answer; the statements stand for the time it takes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    statements: int

    def without(self, named: Mapping[str, str]) -> "Answer":
        """The answer with what the question itself named taken out."""
        body, headers = self.body, dict(self.headers)
        for name, value in named.items():
            body = body.replace(value.encode(), f"<{name}>".encode())
            headers = {key: text.replace(value, f"<{name}>") for key, text in headers.items()}
        return Answer(self.status, headers, body, self.statements)

    def difference(self, other: "Answer") -> str:
        """In which respect two answers differ; empty when they tell the same."""
        for what in ("status", "headers", "body", "statements"):
            mine, theirs = getattr(self, what), getattr(other, what)
            if mine != theirs:
                return f"{what}: {_first_difference(mine, theirs) if what == 'body' else f'{mine} or {theirs}'}"
        return ""


@dataclass(frozen=True)
class Question:
    """A line of the access matrix with its placeholders filled."""

    line: Line
    names: Mapping[str, str]

    def asked_by(self, world: World, persona: str) -> Answer:
        """The answer to a persona; nothing of the request stays."""
        address, body = _filled(self.line.path, self.names), _filled(self.line.body, self.names)
        counted = _Counted()
        with undone(), connection.execute_wrapper(counted):
            if self.line.by_api:
                answer = world.by_api(persona, self.line.method, address, body, {})
            else:
                answer = world.by_page(persona, self.line.method, address, body)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
        for pattern in PASSING:
            content = pattern.sub(b"", content)
        return Answer(answer.status_code, headers, content, counted.statements)


class _Counted:
    """How many statements the database was asked."""

    statements = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def asked_lines() -> list[Line]:
    """Every line of the access matrix that a person can be asked to try."""
    return [line for _group, line in lines() if not line.path.startswith(NOT_ASKED)]


def named_in(line: Line) -> set[str]:
    """The placeholders of a line, in its address and in what it sends."""
    return set(PLACEHOLDER.findall(line.path)) | set(PLACEHOLDER.findall(str(line.body)))


def twins_of(names: Mapping[str, str], wanted: set[str]) -> dict[str, str]:
    """The names with some of them replaced by what looks alike and does not exist."""
    return {**names, **{name: twin_of(names[name]) for name in wanted}}


def twin_of(value: str) -> str:
    """Something of the same form that names nothing; the value itself when it has no such form."""
    if CASE_REFERENCE.fullmatch(value):
        return case_reference()
    if INCIDENT_REFERENCE.fullmatch(value):
        return value[:-4] + "9" + value[-3:]
    try:
        original = UUID(value)
    except ValueError:
        return value
    # The same version and the same moment: only what is random differs.
    return str(UUID(int=(original.int & ~0xFFFF_FFFF_FFFF) | (uuid4().int & 0xFFFF_FFFF_FFFF)))


def _filled(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return part.format_map(names)
    if isinstance(part, dict):
        return {name: _filled(value, names) for name, value in part.items()}
    return [_filled(value, names) for value in part] if isinstance(part, list) else part


def _first_difference(mine: bytes, theirs: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs)))
    return f"{mine[max(0, at - 80) : at + 80]!r} or {theirs[max(0, at - 80) : at + 80]!r}"
