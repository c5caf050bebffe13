# SPDX-License-Identifier: Apache-2.0
"""Expressions that people write in the page: matched by RE2, in time that grows with the text and never faster."""

from collections.abc import Iterable
from typing import Any

import re2

from longwatch.intake.mapping.choosing import BadMapping

LONGEST_EXPRESSION = 500
MOST_MEMORY = 4 << 20


def linear(text: str, any_case: bool) -> "Linear":
    """An expression, ready; refuses what RE2 cannot match: references back, look-around, huge repetitions."""
    if len(text) > LONGEST_EXPRESSION:
        raise BadMapping(f"An expression has up to {LONGEST_EXPRESSION} characters.")
    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = MOST_MEMORY, False, not any_case
    try:
        return Linear(re2.compile(text, options))
    except (re2.error, UnicodeError) as error:
        raise BadMapping(f"The expression {text} does not work: {_words(error)}.") from error


class Linear:
    """An expression that RE2 matches."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return int(self._compiled.groups)

    def search(self, text: str, /) -> Any:
        """The first match."""
        return self._compiled.search(_whole(text))

    def finditer(self, text: str, /) -> Iterable[Any]:
        """Every match."""
        found: Iterable[Any] = self._compiled.finditer(_whole(text))
        return found


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, which are no text."""
    return text.encode("utf-8", "replace").decode()


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
