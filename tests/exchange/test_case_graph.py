# SPDX-License-Identifier: Apache-2.0
"""The graph of an exhibit says when each thing was done to it, as finely as that is kept."""

import json
from typing import Any

import pytest

from longwatch.exchange.case_graph import exhibit_graph

FILE = {"number": "1", "name": "note.txt", "size": 12, "sha256": "ab" * 32, "facet": "f"}


def received(at: str) -> dict[str, Any]:
    """The action of a file that was received then."""
    chain = [("c", {"kind": "received", "by": "Reporter", "performer": "p", "at": at})]
    nodes = json.loads(exhibit_graph("r", "e", FILE, chain))["@graph"]
    (action,) = [node for node in nodes if node["@type"] == "case-investigation:InvestigativeAction"]
    return dict(action)


class TestActions:
    def test_have_their_moment(self) -> None:
        moment = {"@type": "xsd:dateTime", "@value": "2026-11-22T12:00:00+00:00"}
        assert received(moment["@value"])["uco-action:startTime"] == moment

    @pytest.mark.parametrize("name", ["uco-action:startTime", "uco-action:endTime"])
    def test_have_none_where_the_day_alone_is_kept_and_say_the_day(self, name: str) -> None:
        action = received("2026-11-22")
        assert name not in action
        assert "2026-11-22" in action["uco-core:description"][0]
