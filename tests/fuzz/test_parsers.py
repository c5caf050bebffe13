# SPDX-License-Identifier: Apache-2.0
"""Bytes changed at random, for a bounded time a parser: `make fuzz` (FUZZ_SECONDS=60), a few seconds in `make test`.

A finding names the bytes, so that they can become a seed. FUZZ_SEED repeats a run. `make test` tries the same bytes
each time: whether a change may land must not hang on luck. Luck is what `make fuzz` is for.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from tests.fuzz.parsers import PARSERS, Parser

SECONDS = float(os.environ.get("FUZZ_SECONDS", "4"))
EXPLORES = "FUZZ_SECONDS" in os.environ
SEED = int(os.environ.get("FUZZ_SEED", "0")) or (random.SystemRandom().randrange(1, 2**32) if EXPLORES else 1)
# One input may take so long; more is a way to stop a worker.
PATIENCE = 15
LONGEST = 200_000
SPICE = (
    b"\x00",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"-1",
    b"999999999999999999999",
    b"\n",
    b"=?utf-8?b?",
    b"%s",
    b"../",
    b"[" * 99,
)


class TooSlow(BaseException):
    """Beyond what any `except Exception` swallows."""


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def mutated(seed: bytes, dice: random.Random) -> bytes:
    content = bytearray(seed)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at = dice.randrange(len(content) + 1)
        end = min(len(content), at + dice.choice((1, 2, 8, 64)))
        match dice.randrange(5):
            case 0:
                content[at:end] = dice.randbytes(end - at)
            case 1:
                del content[at:end]
            case 2:
                content[at:at] = dice.choice(SPICE)
            case 3:
                content[at:at] = content[at:end] * dice.choice((1, 3, 50))
            case _ if at < len(content):
                content[at] ^= 1 << dice.randrange(8)
    return bytes(content[:LONGEST])


def outcome(parser: Parser, content: bytes) -> str:
    try:
        with patience(PATIENCE):
            parser.read(content)
    except parser.refusals:
        return ""
    except (Exception, TooSlow) as error:  # noqa: BLE001  Anything else is what is looked for.
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_refuses_in_its_own_words_whatever_it_is_given(parser: Parser) -> None:
    dice, until, tried = random.Random(f"{SEED} {parser.name}"), time.monotonic() + SECONDS, 0
    while time.monotonic() < until or tried < 20:
        content = mutated(dice.choice(parser.seeds), dice)
        found = outcome(parser, content)
        assert not found, f"FUZZ_SEED={SEED}: {found} after {tried} inputs, at {content[:2000]!r}"
        tried += 1
    print(f"{parser.name}: {tried} inputs")


def test_finds_a_parser_that_breaks() -> None:
    broken = Parser("broken", (b"abc",), lambda content: content[5], ())
    assert outcome(broken, b"abc") == "IndexError: index out of range"
