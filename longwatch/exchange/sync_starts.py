# SPDX-License-Identifier: Apache-2.0
"""Ready-made ways to tell a sender, one readable file a tool, to begin with."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "senders"


@dataclass(frozen=True, slots=True)
class Start:
    """What a tool usually wants to be told, and what to know about it."""

    name: str
    title: str
    about: str
    # What must be done at the tool, and what does not work.
    notes: str
    url: str
    calls: tuple[Mapping[str, Any], ...]
    scheme: str = "none"
    user: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@cache
def starts() -> Mapping[str, Start]:
    """All of them by name, in the order of their titles."""
    found = [_read(file) for file in FOLDER.glob("*.toml")]
    return {each.name: each for each in sorted(found, key=lambda each: each.title.lower())}


def resembling(paths: Iterable[str]) -> Start | None:
    """The one whose calls go to the same path as one of these; what else was changed does not count."""
    own = set(paths)
    return next((each for each in starts().values() if own & {call["path"] for call in each.calls}), None)


def _read(file: Path) -> Start:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    headers, words = (tuple(told.pop(name, {}).items()) for name in ("headers", "words"))
    calls = tuple({"path": "", "content": "json", "body": "", "method": "POST"} | call for call in told.pop("call"))
    return Start(name=file.stem, calls=calls, headers=headers, words=words, **told)
