# SPDX-License-Identifier: Apache-2.0
"""CEF and LEEF taken apart."""

from longwatch.intake.mapping.cef import parse_cef, parse_leef


def test_values_go_on_to_the_next_name() -> None:
    record = parse_cef(r"CEF:0|V|P\|x|1|s|N|8|msg=a b\=c src=192.0.2.7 cs1=two words cs1Label=More than this")
    assert record is not None
    assert record["product"] == "P|x"
    assert record["ext"]["msg"] == "a b=c"
    assert record["labels"] == {"More than this": "two words"}


def test_a_header_that_is_too_short_leaves_the_rest_empty() -> None:
    record = parse_cef("CEF:0|V|P")
    assert record is not None
    assert (record["vendor"], record["name"], record["ext"]) == ("V", "", {})


def test_separators_of_leef() -> None:
    for text in (
        "LEEF:1.0|V|P|1|E|src=192.0.2.7\tsev=5", "LEEF:2.0|V|P|1|E|^|src=192.0.2.7^sev=5",
        "LEEF:2.0|V|P|1|E|0x09|src=192.0.2.7\tsev=5", "LEEF:2.0|V|P|1|E||src=192.0.2.7\tsev=5",
        "LEEF:1.0|V|P|1|E|src=192.0.2.7|sev=5",
    ):  # fmt: skip
        record = parse_leef(text)
        assert record is not None
        assert record["ext"] == {"src": "192.0.2.7", "sev": "5"}, text


def test_other_texts_are_neither() -> None:
    assert parse_cef("CEF: a talk about it") is None
    assert parse_leef("leaf") is None
