# SPDX-License-Identifier: Apache-2.0
"""Zeek's own logs."""

from longwatch.intake.mapping.zeek import parse

LOG = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tnotice\n"
    "#fields\tts\tid.orig_h\tactions\tnote\tp\n#types\ttime\taddr\tset[enum]\tenum\tport\n"
    "1.5\t192.0.2.7\tA,B\tN\t-\n2.5\t-\t(empty)\t\\x41\n#close\t2026\n"
)


def test_rows_have_the_types_and_names_of_the_head() -> None:
    (first, line), (second, _) = parse(LOG)
    assert first == {"_path": "notice", "ts": 1.5, "id.orig_h": "192.0.2.7", "actions": ["A", "B"], "note": "N"}
    assert line == "1.5\t192.0.2.7\tA,B\tN\t-"
    assert second == {"_path": "notice", "ts": 2.5, "actions": [], "note": "A"}


def test_rows_without_a_head_are_left_out() -> None:
    assert parse("1\t2\n") == []
