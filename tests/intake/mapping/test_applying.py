# SPDX-License-Identifier: Apache-2.0
"""A mapping put to records that hold what nobody expects."""

from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.intake.mapping.applying import Context, Mapping
from longwatch.intake.mapping.catalogue import builtin, read_file
from longwatch.intake.mapping.moments import zone_of
from longwatch.intake.submission import check

CONTEXT = Context(zone_of("UTC"), datetime(2026, 3, 1, tzinfo=UTC))
STRANGE: tuple[Any, ...] = (
    None,
    "",
    "\x00",
    "x" * 100_000,
    10**30,
    -1,
    1e308,
    True,
    [],
    {},
    [None],
    [[["x"]]],
    {"a": {"b": None}},
    ["a"] * 5_000,
    {"": ""},
)


def mapping(text: str) -> Mapping:
    return Mapping(read_file('name = "x"\ntitle = "Format X"\n[recognise]\nall = ["a"]\n' + text))


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: repr(value)[:20])
def test_whatever_stands_in_a_record_gives_a_signal_within_bounds(strange: Any) -> None:
    for ready in builtin().formats.values():
        names = [*ready.file.recognise.all, *ready.file.recognise.any, "title", "severity", "time", "id", "name"]
        signal = ready.signal({name.partition(".")[0].partition("[")[0]: strange for name in names}, CONTEXT)
        check(signal)
        assert len(signal.title) <= 300, ready.name
        assert len(signal.entities) <= 100, ready.name


def test_without_a_title_the_format_is_named() -> None:
    assert mapping("").signal({"a": 1}, CONTEXT).title == "Format X"


def test_what_collectors_add_is_the_last_resort() -> None:
    record = {"a": 1, "p_event_time": "2026-02-03 04:05:06", "p_any_ip_addresses": ["192.0.2.7"]}
    signal = mapping("").signal(record, CONTEXT)
    assert signal.occurred_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert [(each.kind, each.value) for each in signal.entities] == [("ip", "192.0.2.7")]
    assert signal.tags == []


def test_links_are_only_those_a_browser_opens() -> None:
    text = '[signal]\nlinks = ["links"]\n'
    signal = mapping(text).signal({"links": ["javascript:x", "https://example.com/a", 5]}, CONTEXT)
    assert signal.links == ["https://example.com/a"]


def test_half_a_place_is_none() -> None:
    text = '[signal]\nlatitude = ["lat"]\nlongitude = ["lon"]\n'
    assert mapping(text).signal({"lat": 5.5, "lon": "x"}, CONTEXT).latitude is None
    assert mapping(text).signal({"lat": "5.5", "lon": 7}, CONTEXT).longitude == 7
    assert mapping(text).signal({"lat": 95, "lon": 7}, CONTEXT).latitude is None
