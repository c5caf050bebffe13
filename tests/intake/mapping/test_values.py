# SPDX-License-Identifier: Apache-2.0
"""What a value must be to stand as something."""

import pytest

from longwatch.intake.mapping.values import entity_of, one_line, techniques_in, text_of


@pytest.mark.parametrize(
    ("kind", "text", "entity"),
    [
        ("ip", "192.0.2.7", ("ip", "192.0.2.7")),
        ("ip", "192.0.2.7:51856", ("ip", "192.0.2.7")),
        ("ip", "24.273.97.14", None),
        ("ip", "AWS Internal", None),
        ("ip", "0.0.0.0", None),
        ("ip", "::", None),
        ("ip", "255.255.255.255", None),
        ("ip", "2001:DB8::1", ("ip", "2001:db8::1")),
        ("file_hash", "0" * 64, None),
        ("file_hash", "ab" * 30, None),
        ("file_hash", "ab" * 32, ("file_hash", "ab" * 32)),
        ("domain", "gate.example.com.", ("domain", "gate.example.com")),
        ("domain", "gate", None),
        ("account", "NT AUTHORITY\\SYSTEM", None),
        ("account", "(no user)", None),
        ("account", "ana", ("account", "ana")),
        ("email", "SYSTEM", None),
        ("url", "/sales", None),
        ("asset", "<id>", None),
        ("asset", "$src_name", None),
        ("user", "a@example.com", ("email", "a@example.com")),
        ("user", "ana", ("account", "ana")),
        ("address", "192.0.2.7", ("ip", "192.0.2.7")),
        ("address", "pc7", ("host", "pc7")),
        ("address", "1.1.1.1.1", None),
        ("peer", "bad.example.com", ("domain", "bad.example.com")),
        ("host", "-", None),
        ("host", "x" * 501, None),
    ],
)
def test_a_text_stands_for(kind: str, text: str, entity: tuple[str, str] | None) -> None:
    assert entity_of(kind, text) == entity


def test_techniques_are_found_however_they_are_written() -> None:
    texts = ["attack.t1059.001", "T1498-Network Denial", "TA0040", "T1059.001", "T12345", "AT1059"]
    assert techniques_in(texts) == ["T1059.001", "T1498", "TA0040"]


def test_what_cannot_be_shown_is_replaced() -> None:
    assert text_of("a\x00b\x0bc\x07") == "a\ufffdb\ufffdc\ufffd"
    assert one_line(" a\n\t b ") == "a b"


def test_numbers_are_texts_and_objects_are_not() -> None:
    values: tuple[object, ...] = (5, 1.5, True, {}, [], None, 10**5000)
    assert [text_of(value) for value in values] == ["5", "1.5", "true", "", "", "", ""]
