# SPDX-License-Identifier: Apache-2.0
"""Texts with places for values: whatever a value holds, it stays a value."""

import json
from typing import Any

import pytest

from longwatch.core.errors import Invalid
from longwatch.exchange.sync_template import (
    MOST_VALUES,
    Missing,
    faults,
    form_filled,
    json_filled,
    path_filled,
    refuse_wrong_body,
)
from tests.exchange.sync_material import facts

HOSTILE = '"}, "admin": true, {"x": "\u0000\n\\ ${secret} </script> é'


def filled(template: Any, *raws: bytes, **more: Any) -> Any:
    return json.loads(json_filled(json.dumps(template), facts(*raws, **more)))


class TestJson:
    def test_holds_the_values_in_their_places(self) -> None:
        told = filled({"status": "${status}", "text": "by ${judged_by}: ${reason}", "n": 5, "on": True})
        assert told == {"status": "dismissed", "text": "by Ana Analyst: Our scanner", "n": 5, "on": True}

    def test_keeps_a_hostile_value_a_value(self) -> None:
        assert filled({"title": "${title}"}, title=HOSTILE) == {"title": HOSTILE}

    def test_fills_nothing_that_a_value_brings_along(self) -> None:
        assert filled(["${title}"], title="${judged_by}") == ["${judged_by}"]

    def test_reads_the_record_by_the_paths_of_mappings(self) -> None:
        raw = b'{"kibana.alert": {"uuid": "k1"}, "list": [{"name": "a", "v": 1}, {"name": "b", "v": 2}]}'
        assert filled(["${raw:kibana.alert.uuid}", "${raw:list[name=b].v}"], raw) == ["k1", "2"]

    def test_keeps_the_type_where_that_is_asked(self) -> None:
        assert filled(["${value:id}", "${value:tags}", "${value:no}"], b'{"id": 7, "tags": [1]}') == [7, 1, None]

    def test_tells_each_arrival_once_the_oldest_first(self) -> None:
        arrivals = [b'{"id": "c"}', b'{"id": "b"}', b'{"id": "c"}', b'{"id": "a"}']
        assert filled({"ids": ["x", "${all:id}"]}, *arrivals) == {"ids": ["x", "a", "c", "b"]}

    def test_tells_no_more_arrivals_than_a_sender_takes(self) -> None:
        arrivals = [b'{"id": "%d"}' % number for number in range(MOST_VALUES + 5)]
        assert len(filled(["${all:id}"], *arrivals)) == MOST_VALUES

    def test_tries_the_next_path_when_nothing_is_there(self) -> None:
        assert filled("${raw:no.such|id!}", b'{"id": "a"}') == "a"

    def test_is_refused_without_a_value_that_it_needs(self) -> None:
        with pytest.raises(Missing, match=r"raw:no\.such!"):
            filled("${raw:no.such!}")

    def test_knows_a_time_some_hours_later(self) -> None:
        assert filled("${at} ${at+24h}") == "2026-03-01T12:00:00+00:00 2026-03-02T12:00:00+00:00"


class TestPath:
    def test_encodes_each_value(self) -> None:
        raw = b'{"id": "a/b?c#d e\\u00e9"}'
        assert path_filled("/alerts/${raw:id}/x?q=${raw:id}", facts(raw)) == (
            "/alerts/a%2Fb%3Fc%23d%20e%C3%A9/x?q=a%2Fb%3Fc%23d%20e%C3%A9"
        )

    @pytest.mark.parametrize("value", ["", ".", ".."])
    def test_leads_nowhere_else(self, value: str) -> None:
        with pytest.raises(Missing):
            path_filled("/alerts/${raw:id}", facts(json.dumps({"id": value}).encode()))

    def test_ends_no_line(self) -> None:
        assert "\r" not in path_filled("/a/${raw:id}", facts(b'{"id": "x\\r\\nHost: evil"}'))

    def test_may_lack_what_follows_the_question_mark(self) -> None:
        assert path_filled("/a?q=${raw:no}", facts()) == "/a?q="


class TestForm:
    def test_encodes_pairs(self) -> None:
        told = form_filled("status=5\ncomment=By ${judged_by} & co", facts())
        assert told == b"status=5&comment=By+Ana+Analyst+%26+co"

    def test_repeats_the_pair_for_each_arrival(self) -> None:
        assert form_filled("id=${all:id}\na=b", facts(b'{"id": 2}', b'{"id": 1}')) == b"id=1&id=2&a=b"


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        "text",
        ["${nothing}", "${raw:}", "${raw:a[b]}", "${}", "${status", "${all:id|status}", "${value:id|key}", "${at+1d}"],
    )
    def test_is_named(self, text: str) -> None:
        assert list(faults(text))

    @pytest.mark.parametrize("text", ["", "plain $5 {x}", "${key}", "${raw:a.b|key!}", "${all:a|b.c!}", "${at+8h}"])
    def test_is_not_seen_where_nothing_is(self, text: str) -> None:
        assert not list(faults(text))

    @pytest.mark.parametrize(
        ("content", "body"),
        [("json", "{'a': 1}"), ("json", '{"a": ${key}}'), ("json", ""), ("form", ""), ("form", "=x"), ("none", "x"),
         ("json", "[" * 100_000), ("json", "[" * 60 + "]" * 60), ("json", '{"a":"\\u0024{bogus}"}')],
    )  # fmt: skip
    def test_is_refused_in_a_body(self, content: str, body: str) -> None:
        with pytest.raises(Invalid) as refused:
            refuse_wrong_body(content, body)
        assert set(refused.value.fields) == {"body"}
