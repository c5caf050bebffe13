# SPDX-License-Identifier: Apache-2.0
"""Ready-made ways to tell senders: each can be set up as it is, and says about a real alert what its tool reads."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from longwatch.core.outbound import target_of
from longwatch.exchange.sync_facts import Facts
from longwatch.exchange.sync_models import Scheme
from longwatch.exchange.sync_rules import Occasion, Request, calls_read, headers_read, request_of, verdict, words_read
from longwatch.exchange.sync_starts import starts
from longwatch.exchange.sync_template import Missing
from tests.exchange.sync_material import facts

ALERTS = {
    "elastic": b'{"_id": "e1", "_source": {"kibana.alert.uuid": "e1", "kibana.alert.rule.name": "x"}}',
    "wazuh": b'{"id": "1700000000.1", "rule": {"level": 7, "description": "x"}}',
    "splunk": b'{"result": {"event_id": "s@@notable@@1"}, "search_name": "x"}',
    "defender": b'{"id": "da637", "title": "x"}',
    "crowdstrike": b'{"composite_id": "c:ind:1"}',
    "pagerduty": b'{"event": {"data": {"id": "P1"}}}',
    "alertmanager": b'{"labels": {"alertname": "Disk", "instance": "h1"}}',
    "json": b'{"title": "x", "dedup_key": "A-1"}',
}


def sent(name: str, occasion: Occasion, **more: Any) -> list[Request]:
    """What the tool gets about its alert."""
    start = starts()[name]
    known: Facts = facts(
        ALERTS[name], status=occasion.value, verdict=verdict(dict(start.words), "false_positive"), **more
    )  # fmt: skip
    calls = [each for each in calls_read(start.calls) if occasion in each["occasions"]]
    return [request_of(each, dict(start.headers), known) for each in calls]


def test_there_is_one_for_each_tool_that_is_promised() -> None:
    assert set(starts()) == set(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_it_can_be_set_up_as_it_is(name: str) -> None:
    start = starts()[name]
    assert calls_read(start.calls)
    assert headers_read(dict(start.headers)) == dict(start.headers)
    assert words_read(dict(start.words)) == dict(start.words)
    assert target_of(start.url).host
    assert start.scheme in Scheme.values
    assert start.notes


@pytest.mark.parametrize("name", ALERTS)
def test_it_tells_of_a_dismissed_alert_with_one_call(name: str) -> None:
    assert len(sent(name, Occasion.DISMISSED)) == 1


@pytest.mark.parametrize("name", sorted(set(ALERTS) - {"json"}))
def test_it_sends_nothing_about_a_record_that_is_not_the_tools(name: str) -> None:
    start = starts()[name]
    with pytest.raises(Missing):
        request_of(calls_read(start.calls)[0], {}, facts(b'{"other": 1}'))


class TestWhatEachToolReads:
    def test_elastic(self) -> None:
        (request,) = sent("elastic", Occasion.DISMISSED)
        assert json.loads(request.body) == {"signal_ids": ["e1"], "status": "closed"}
        assert request.headers["kbn-xsrf"]

    def test_wazuh(self) -> None:
        (request,) = sent("wazuh", Occasion.DISMISSED)
        body = json.loads(request.body)
        assert body["query"] == {"terms": {"id": ["1700000000.1"]}}
        assert body["script"]["params"]["told"]["outcome"] == "false_positive"

    def test_splunk(self) -> None:
        (request,) = sent("splunk", Occasion.DISMISSED)
        pairs = parse_qs(request.body.decode())
        assert (pairs["ruleUIDs"], pairs["status"]) == (["s@@notable@@1"], ["5"])

    def test_defender(self) -> None:
        (request,) = sent("defender", Occasion.DISMISSED)
        assert (request.method, request.path) == ("PATCH", "/security/alerts_v2/da637")
        assert json.loads(request.body)["classification"] == "falsePositive"

    def test_crowdstrike(self) -> None:
        (request,) = sent("crowdstrike", Occasion.TAKEN)
        assert json.loads(request.body)["composite_ids"] == ["c:ind:1"]

    def test_pagerduty(self) -> None:
        (request,) = sent("pagerduty", Occasion.CLOSED)
        assert (request.method, request.path) == ("PUT", "/incidents/P1")

    def test_alertmanager(self) -> None:
        (request,) = sent("alertmanager", Occasion.DISMISSED)
        silence = json.loads(request.body)
        assert [each["value"] for each in silence["matchers"]] == ["Disk", "h1", ""]
        assert silence["endsAt"] > silence["startsAt"]
