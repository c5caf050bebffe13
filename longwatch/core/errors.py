# SPDX-License-Identifier: Apache-2.0
"""Refusals: typed, with a sentence for people, a code for programs and an HTTP status for entrances."""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class LongwatchError(Exception):
    """A refusal that any entrance can show; nothing was changed."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.default_code


class Invalid(LongwatchError):
    """The input is wrong; `fields` names each field with a sentence."""

    status = 422
    default_code = "invalid"

    def __init__(self, sentence: str, *, fields: Mapping[str, str] | None = None, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.fields = dict(fields or {})


class Unstorable(Invalid):
    """A value that the database cannot hold, of a field that nothing before it checked."""

    default_code = "unstorable"

    def __init__(self) -> None:
        super().__init__("A value is too long, too large, or holds a character that no text has (such as NUL).")


class SignInNeeded(LongwatchError):
    """Nobody is signed in, or the token is unknown."""

    status = 401
    default_code = "sign_in_needed"


class NotFound(LongwatchError):
    """It does not exist, or the actor may not know that it does."""

    status = 404
    default_code = "not_found"

    def __init__(
        self, sentence: str = "There is nothing here, or you may not see it.", *, code: str | None = None
    ) -> None:
        super().__init__(sentence, code=code)


class NotAllowed(LongwatchError):
    """The actor can see it but may not do this."""

    status = 403
    default_code = "not_allowed"


class Conflict(LongwatchError):
    """The wrong moment: a rule refuses; `gaps` lists what is missing."""

    status = 409
    default_code = "conflict"

    def __init__(self, sentence: str, *, code: str | None = None, gaps: Sequence[str] = ()) -> None:
        super().__init__(sentence, code=code)
        self.gaps = tuple(gaps)


class AtTheSameTime(Conflict):
    """Somebody did the same at the same moment: the database let one through, and this is the other."""

    default_code = "at_the_same_time"

    def __init__(self) -> None:
        super().__init__("Somebody did this at the same moment. Look again before you repeat it.")


class Stale(LongwatchError):
    """Somebody changed it meanwhile (RFC 9110, If-Match)."""

    status = 412
    default_code = "stale"


def refuse_stale(version: int, expected: int | None) -> None:
    """Refuse (412) when somebody changed it after the caller last saw it; no expectation, no refusal."""
    if expected is not None and version != expected:
        raise Stale("Somebody changed this after you last saw it. Read it again, then repeat your change.")


class TooLarge(LongwatchError):
    """The body or file is larger than allowed."""

    status = 413
    default_code = "too_large"


class TooMany(LongwatchError):
    """A rate limit was reached; try again after `retry_after` seconds."""

    status = 429
    default_code = "too_many"

    def __init__(self, sentence: str, *, retry_after: int = 60, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.retry_after = retry_after
