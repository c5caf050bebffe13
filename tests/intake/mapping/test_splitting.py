# SPDX-License-Identifier: Apache-2.0
"""Containers taken apart byte for byte."""

import gzip

import pytest

from longwatch.intake.mapping.splitting import LARGEST_UNPACKED, array, elements, messages, several, unpacked
from longwatch.intake.submission import Unreadable


def test_elements_have_their_very_own_bytes() -> None:
    raw = b'{"Detail": {"findings": [ {"a" : 1.50} , {"b":"\xc3\xa9"}]}}'
    assert elements(raw, "detail.findings") == [b'{"a" : 1.50}', b'{"b":"\xc3\xa9"}']
    assert elements(raw, "detail.nothing") == []
    assert array(b' [1, {"a": 2}]') == [b"1", b'{"a": 2}']


def test_values_one_after_another_are_told_apart() -> None:
    assert several(b'{"a": "\xc3\xa9}{"}\n\n{"b": [1,\n2]}{"c":1}') == [
        b'{"a": "\xc3\xa9}{"}',
        b'{"b": [1,\n2]}',
        b'{"c":1}',
    ]
    with pytest.raises(Unreadable):
        several(b'{"a": 1} {"b"')


def test_a_message_goes_on_until_the_next_begins() -> None:
    assert messages(b"<1>a\n  at b\n<2>c\n\n") == [b"<1>a\n  at b", b"<2>c"]
    assert messages(b"CEF:0|a\nCEF:0|b") == [b"CEF:0|a", b"CEF:0|b"]


def test_what_is_packed_is_unpacked_to_a_bound() -> None:
    assert unpacked(gzip.compress(b"{}")) == b"{}"
    for bad in (gzip.compress(b"\0" * (LARGEST_UNPACKED + 1)), gzip.compress(b"{}")[:-9], b"\x1f\x8bx"):
        with pytest.raises(Unreadable):
            unpacked(bad)
