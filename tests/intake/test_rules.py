# SPDX-License-Identifier: Apache-2.0
"""Which arrivals are the same signal."""

from typing import Any

import pytest

from longwatch.core.ids import uuid7
from longwatch.intake.rules import dedup_key
from longwatch.intake.submission import EntityIn, SignalIn

SOURCE = uuid7()


def key(template: tuple[str, ...] = (), raw: bytes = b"raw", source: Any = SOURCE, **fields: Any) -> bytes:
    fields["entities"] = [EntityIn(*each) for each in fields.get("entities", ())]
    return dedup_key(source, SignalIn(title=fields.pop("title", "T"), **fields), template, raw)


class TestDedupKey:
    def test_the_senders_key_wins(self) -> None:
        assert key(dedup_key="k", rule="a") == key(("rule",), b"other", dedup_key="k", rule="b")

    def test_a_template_names_fields_and_kinds_of_entities(self) -> None:
        template = ("place", "host")
        one = key(template, b"1", place="Gate 2", entities=[("ip", "192.0.2.1"), ("host", "WKS-1")])
        same = key(template, b"2", place="Gate 2", entities=[("host", "wks-1."), ("ip", "192.0.2.9")])
        assert one == same != key(template, b"2", place="Gate 3", entities=[("host", "wks-1")])

    def test_an_empty_template_value_falls_back(self) -> None:
        assert key(("host",), b"1") != key(("host",), b"2")

    def test_rule_and_first_entity(self) -> None:
        one = key(raw=b"1", rule="r", entities=[("ip", "192.0.2.1"), ("ip", "192.0.2.2")])
        assert one == key(raw=b"2", title="Other", rule="r", entities=[("ip", "192.0.2.1")])
        assert one != key(raw=b"2", rule="r", entities=[("ip", "192.0.2.2")])

    @pytest.mark.parametrize("fields", [{"rule": "r"}, {}, {"entities": [("ip", "192.0.2.1")]}])
    def test_less_than_that_repeats_only_by_its_bytes(self, fields: dict[str, Any]) -> None:
        assert key(raw=b"1", **fields) == key(raw=b"1", **fields) != key(raw=b"2", **fields)

    def test_borders_between_values_and_sources_count(self) -> None:
        assert key(("rule", "place"), rule="a", place="bc") != key(("rule", "place"), rule="ab", place="c")
        assert key(dedup_key="k") != key(dedup_key="k", source=uuid7())
