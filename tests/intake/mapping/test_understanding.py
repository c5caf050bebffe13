# SPDX-License-Identifier: Apache-2.0
"""Bytes of all kinds understood, or refused with a sentence."""

import gzip
import json
from typing import Any

import pytest

from longwatch.core.errors import Invalid, LongwatchError
from longwatch.intake.mapping import understand, understand_whole
from longwatch.intake.submission import Unreadable

SURICATA = {
    "timestamp": "2026-02-03T04:05:06Z", "flow_id": 1, "event_type": "alert", "src_ip": "192.0.2.7",
    "dest_ip": "198.51.100.9", "alert": {"gid": 1, "signature_id": 5, "signature": "ET SCAN", "severity": 1},
}  # fmt: skip


def packed(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_our_documented_form_is_read_first_when_all_of_it_is_ours() -> None:
    [piece] = understand(b'{"title": "Door", "severity": "low"}')
    assert (piece.format, piece.signal.title) == ("longwatch", "Door")


def test_a_number_beyond_our_scale_is_another_tools_severity() -> None:
    record = {
        "title": "Brute force", "severity": 8, "description": "x", "type": "T", "resource": {}, "service": {},
        "arn": "arn:aws:guardduty:x", "id": "1",
    }  # fmt: skip
    [piece] = understand(packed(record))
    assert (piece.format, piece.signal.severity) == ("guardduty", 3)


def test_a_wrong_field_of_our_own_form_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        understand(b'{"title": "Door", "severity": 7}')
    assert "severity" in refused.value.fields


def test_what_no_format_describes_is_read_with_care() -> None:
    [piece] = understand(b'{"alertname": "Hot", "unknown": {"x": 1}, "y": 2, "z": 3}', source_name="Rooms")
    assert (piece.format, piece.signal.title) == ("generic", "Hot")


def test_each_element_of_a_list_keeps_its_own_bytes() -> None:
    first, second = b'{"title":  "One"}', packed(SURICATA)
    pieces = understand(b"[" + first + b",\n " + second + b"]")
    assert [(piece.format, piece.raw) for piece in pieces] == [("longwatch", first), ("suricata", second)]


def test_parts_that_cannot_be_understood_are_listed_beside_the_others() -> None:
    whole = understand_whole(b'[{"title": "One"}, 5, {"title": ""}]')
    assert [piece.signal.title for piece in whole.pieces] == ["One"]
    assert [fault.raw for fault in whole.faults] == [b"5", b'{"title": ""}']


def test_several_objects_one_after_another() -> None:
    assert [piece.signal.title for piece in understand(b'{"title": "One"}\n{"title":\n "Two"}')] == ["One", "Two"]


def test_a_byte_order_mark_is_kept_and_not_read() -> None:
    raw = b"\xef\xbb\xbf" + packed(SURICATA)
    [piece] = understand(raw)
    assert (piece.signal.title, piece.raw) == ("ET SCAN", raw)


def test_what_is_packed_is_read() -> None:
    [piece] = understand(gzip.compress(packed(SURICATA)))
    assert piece.signal.title == "ET SCAN"


def test_the_source_may_say_what_its_texts_are() -> None:
    with pytest.raises(LongwatchError):
        understand(b"the door is open")
    assert understand(b"the door is open", format="syslog")[0].signal.title == "the door is open"
    assert understand(b"the door is open", content_type="text/plain")[0].format == "syslog"


def test_the_source_may_insist_on_a_format() -> None:
    [piece] = understand(b'{"anything": 1}', format="okta")
    assert piece.format == "okta"
    assert understand(packed(SURICATA), format="longwatch")[0].format == "longwatch"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b" ", b"\x00", b"\xff\xfe{", b"[]", b"[1]", b"5", b"true", b"{", b'{"a":', b'{"a": 1} x', b'{"a": "\xff"}',
        b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' + b"[" * 500 + b"]" * 500 + b"}]", b"PK\x03\x04zip",
        b"\x1f\x8b broken", gzip.compress(b"\0" * 50_000_000, mtime=0), b"<alert", b"<!DOCTYPE a><alert/>",
        b"#fields\tx",
    ],
    ids=lambda raw: repr(raw[:12]),
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(LongwatchError) as refused:
        understand(raw)
    assert refused.value.sentence


@pytest.mark.parametrize(
    "value", [10**400, 1e308, "\x00", "\ud800", "x" * 900_000, {"a": [[[[]]]]}], ids=lambda value: repr(value)[:12]
)
def test_a_strange_value_harms_nothing(value: Any) -> None:
    record = {**SURICATA, "timestamp": value, "dest_ip": value}
    try:
        [piece] = understand(packed(record))
    except Unreadable:
        return
    assert piece.signal.title == "ET SCAN"
    assert "\x00" not in repr(piece.signal)


def test_numbers_beyond_all_measure_are_read() -> None:
    [piece] = understand(packed(SURICATA)[:-1] + b', "flow": ' + b"9" * 5_000 + b"}")
    assert piece.signal.title == "ET SCAN"


def test_a_list_inside_lists_inside_lists_ends() -> None:
    inner: Any = {"title": "x", "alerts": []}
    for _ in range(10):
        inner = {"groupKey": "g", "receiver": "r", "alerts": [inner]}
    with pytest.raises(LongwatchError):
        understand(packed(inner))


def test_a_text_in_another_encoding_is_not_lost() -> None:
    [piece] = understand(b"<34>Oct 11 22:14:15 host su: caf\xe9")
    assert piece.signal.title == "caf\ufffd"
    assert piece.raw.endswith(b"\xe9")
