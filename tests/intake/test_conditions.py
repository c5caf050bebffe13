# SPDX-License-Identifier: Apache-2.0
"""Conditions over signals, as data."""

from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.intake.conditions import Condition, Said, predicate, read_conditions, said_by, words


def scan(**changes: Any) -> Said:
    given: dict[str, Any] = {
        "texts": {"title": "Port Scan", "rule": "1:2001", "place": "Dock 4", "source": "ids", "format": "suricata"},
        "tags": ["Noise"], "techniques": ["T1046"],
        "entities": [{"kind": "ip", "value": "10.1.2.3"}, {"kind": "host", "value": "DB-7"}],
        "severity": 1,
    }  # fmt: skip
    return said_by(**{**given, **changes})


def holds(field: str, op: Any, *values: str, said: Said | None = None) -> bool:
    return predicate([Condition(field=field, op=op, values=list(values))])(said or scan())


class TestPredicate:
    """predicate"""

    @pytest.mark.parametrize(
        ("field", "op", "values"),
        [
            ("title", "is", ["port scan"]),
            ("title", "is", ["other", "PORT SCAN"]),
            ("title", "contains", ["scan"]),
            ("title", "starts", ["Port"]),
            ("title", "ends", ["scan"]),
            ("title", "is_not", ["brute force"]),
            ("source", "is", ["ids"]),
            ("tag", "is", ["noise"]),
            ("technique", "starts", ["t10"]),
            ("entity", "is", ["db-7"]),
            ("entity:host", "is", ["db-7"]),
            ("entity:ip", "in_network", ["10.0.0.0/8"]),
            ("severity", "at_most", ["low"]),
            ("severity", "at_least", ["low"]),
            ("severity", "is", ["low", "high"]),
        ],
    )
    def test_holds_for(self, field: str, op: str, values: list[str]) -> None:
        assert holds(field, op, *values)

    @pytest.mark.parametrize(
        ("field", "op", "values"),
        [
            ("title", "is", ["port"]),
            ("title", "is_not", ["PORT SCAN"]),
            ("entity:ip", "is", ["db-7"]),
            ("entity:ip", "in_network", ["10.2.0.0/16", "fd00::/8"]),
            ("entity", "is_not", ["db-7"]),
            ("severity", "at_least", ["medium"]),
            ("severity", "is_not", ["low"]),
            ("place", "contains", ["dock 5"]),
        ],
    )
    def test_does_not_hold_for(self, field: str, op: str, values: list[str]) -> None:
        assert not holds(field, op, *values)

    def test_asks_all_conditions(self) -> None:
        both = read_conditions(
            [{"field": "title", "op": "contains", "values": ["scan"]}, {"field": "source", "op": "is", "values": ["x"]}]
        )
        assert not predicate(both)(scan())

    def test_takes_what_is_no_address_for_outside_every_network(self) -> None:
        named = scan(entities=[{"kind": "ip", "value": "not-an-address"}])
        assert not holds("entity:ip", "in_network", "0.0.0.0/0", said=named)


class TestReadConditions:
    """read_conditions"""

    @pytest.mark.parametrize(
        "given",
        [
            None,
            [],
            "title",
            [{"field": "title"}],
            [{"field": "nothing", "op": "is", "values": ["x"]}],
            [{"field": "title", "op": "resembles", "values": ["x"]}],
            [{"field": "title", "op": "is", "values": []}],
            [{"field": "title", "op": "is", "values": [" "]}],
            [{"field": "title", "op": "is", "values": ["x" * 301]}],
            [{"field": "title", "op": "at_least", "values": ["low"]}],
            [{"field": "severity", "op": "contains", "values": ["low"]}],
            [{"field": "severity", "op": "is", "values": ["awful"]}],
            [{"field": "title", "op": "in_network", "values": ["10.0.0.0/8"]}],
            [{"field": "entity:ip", "op": "in_network", "values": ["10.0.0.0/99"]}],
            [{"field": "title", "op": "is", "values": ["x"]}] * 11,
        ],
    )
    def test_refuses_what_makes_no_sense(self, given: Any) -> None:
        with pytest.raises(Invalid) as refusal:
            read_conditions(given)
        assert "conditions" in refusal.value.fields


class TestWords:
    """words"""

    def test_say_it_for_people(self) -> None:
        said = words(Condition(field="entity:ip", op="in_network", values=["10.0.0.0/8", "192.0.2.0/24"]))
        assert said == "ip address is in the network 10.0.0.0/8 or 192.0.2.0/24"
