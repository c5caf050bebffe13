# SPDX-License-Identifier: Apache-2.0
"""Pages of rules that keep alerts quiet."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.intake.models import Source
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.services.quieting import end_quiet
from tests.intake.cast_signals import make_source, send
from tests.intake.services.test_quieting import quiet
from tests.personas import Cast

LIST, NEW = "/quiet-rules", "/quiet-rules/new"


def browser_of(cast: Cast, name: str = "analyst") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def local(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def asked(cast: Cast, **changes: str) -> dict[str, str]:
    usual = {
        "name": "Our scanner", "reason": "Runs every night", "owner": str(cast.analyst.id), "up_to_severity": "3",
        "expires_at": local(clock.now() + timedelta(days=2)), "conditions_field": "title",
        "conditions_op": "contains", "conditions_values": "scan",
    }  # fmt: skip
    return usual | changes


def rules(cast: Cast) -> list[Suppression]:
    with acting_as(cast.analyst):
        return list(Suppression.objects.order_by("starts_at"))


class TestRuleList:
    """Kept quiet"""

    def test_says_that_everything_is_heard(self, browser: Client, cast: Cast) -> None:
        assert "Everything is heard" in text(browser.get(LIST))

    def test_tells_which_alerts_why_who_and_until_when(self, browser: Client, cast: Cast) -> None:
        quiet(cast.analyst, name="Night <scan>")
        page = text(browser.get(LIST))
        for words in (
            "Night <scan>",
            "title contains scan",
            "Runs every night",
            cast.accounts["analyst"].name,
            "never",
        ):
            assert words in page

    def test_keeps_those_that_are_over_apart(self, browser: Client, cast: Cast) -> None:
        row = quiet(cast.analyst, name="Gone by")
        with acting_as(cast.analyst):
            end_quiet(row.id, by=cast.analyst)
        assert "Gone by" not in text(browser.get(LIST))
        assert "Gone by" in text(browser.get(f"{LIST}?show=over"))

    def test_asks_as_much_for_many_as_for_one(self, browser: Client, cast: Cast) -> None:
        for number in range(6):
            quiet(cast.analyst, name=f"Rule {number}")
        with CaptureQueriesContext(connection) as asked_for:
            browser.get(LIST)
        assert len(asked_for) <= 10


class TestNewRule:
    """Kept quiet > Keep alerts quiet"""

    def test_keeps_alerts_quiet(self, browser: Client, cast: Cast) -> None:
        answer = browser.post(NEW, asked(cast))
        [row] = rules(cast)
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}/{row.id}")
        assert row.conditions == [{"field": "title", "op": "contains", "values": ["scan"]}]
        assert (row.reason, row.owner_id, row.kind) == ("Runs every night", cast.analyst.id, "noise")

    def test_looks_first_what_it_would_have_kept_quiet(self, browser: Client, cast: Cast) -> None:
        source = make_source(cast)
        send(source, cast, title="Port scan")
        send(source, cast, title="Door forced")
        answer = browser.post(NEW, asked(cast) | {"look": "1"}, headers={"HX-Request": "true"})
        assert "Would have kept quiet 1 of 2 alerts" in text(answer)
        assert "Port scan" in text(answer)
        assert rules(cast) == []

    def test_keeps_what_was_typed_when_one_looks_without_script(self, browser: Client, cast: Cast) -> None:
        page = text(browser.post(NEW, asked(cast) | {"look": "1"}))
        assert "Would have kept quiet 0 of 0 alerts" in page
        for typed in ('value="Our scanner"', "Runs every night", ">scan</textarea>"):
            assert typed in page

    def test_is_filled_from_a_signal(self, browser: Client, cast: Cast) -> None:
        source = make_source(cast, name="Gate", slug="gate")
        sent = send(source, cast, title="Port scan", rule="scan", entities=[{"kind": "ip", "value": "192.0.2.7"}])
        page = text(browser.get(f"{NEW}?signal={sent.signal_id}"))
        for value in ('value="Port scan"', ">gate</textarea>", ">scan</textarea>", ">192.0.2.7</textarea>"):
            assert value in page
        assert "Would have kept quiet 1 of 1 alerts" in page

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"name": ""}, "Give it a name."),
            ({"reason": ""}, "Say why these alerts are kept quiet."),
            ({"owner": ""}, "Choose who answers for it."),
            ({"expires_at": ""}, "Say until when."),
            ({"expires_at": "2020-01-01T00:00"}, "Choose an end that is still to come."),
            ({"conditions_field": "", "conditions_values": ""}, "Give between one and 10 conditions."),
            ({"conditions_values": ""}, "Condition 1: give between one and 100 values, none of them empty."),
            ({"conditions_op": "in_network"}, "only addresses are in networks."),
        ],
    )
    def test_keeps_what_was_typed_and_says_what_is_wrong(
        self, browser: Client, cast: Cast, wrong: dict[str, str], words: str
    ) -> None:
        answer = browser.post(NEW, asked(cast, **wrong))
        assert answer.status_code == 422
        assert words in text(answer)
        assert "name" in wrong or 'value="Our scanner"' in text(answer)
        assert rules(cast) == []

    def test_says_at_the_end_that_it_is_too_long_for_an_analyst(self, browser: Client, cast: Cast) -> None:
        answer = browser.post(NEW, asked(cast, expires_at=local(clock.now() + timedelta(days=30))))
        assert answer.status_code == 422
        assert "Longer than 7 days from now is for those who manage sources." in text(answer)

    def test_is_not_there_for_who_judges_no_signals(self, cast: Cast) -> None:
        assert browser_of(cast, "hr").get(NEW).status_code == 404


class TestMaintenance:
    """Kept quiet > Plan work"""

    def plan(self, browser: Client, cast: Cast, **changes: Any) -> Any:
        begin = clock.now() + timedelta(hours=1)
        window: dict[str, Any] = asked(cast, conditions_field="", conditions_values="") | {
            "starts_at": local(begin), "expires_at": local(begin + timedelta(hours=2)), "assets": "web1\nweb2",
        }  # fmt: skip
        return browser.post(f"{NEW}?kind=maintenance", window | changes)

    def test_is_for_sources_and_assets(self, browser: Client, cast: Cast) -> None:
        make_source(cast, slug="gate")
        assert self.plan(browser, cast, sources=["gate"]).status_code == 302
        [row] = rules(cast)
        assert row.kind == "maintenance"
        assert row.conditions == [
            {"field": "source", "op": "is", "values": ["gate"]},
            {"field": "entity", "op": "is", "values": ["web1", "web2"]},
        ]

    def test_takes_networks(self, browser: Client, cast: Cast) -> None:
        self.plan(browser, cast, assets="10.1.0.0/16")
        assert rules(cast)[0].conditions == [{"field": "entity", "op": "in_network", "values": ["10.1.0.0/16"]}]

    def test_refuses_names_and_networks_together(self, browser: Client, cast: Cast) -> None:
        answer = self.plan(browser, cast, assets="web1\n10.1.0.0/16")
        assert answer.status_code == 422
        assert "Give either names and addresses or networks." in text(answer)

    def test_comes_again_at_the_same_hour(self, cast: Cast) -> None:
        self.plan(browser_of(cast, "supervisor"), cast, repeat="weekly", repeats="3")
        first, second, third = [timezone.localtime(row.starts_at) for row in rules(cast)]
        assert [each.strftime("%H:%M") for each in (second, third)] == [first.strftime("%H:%M")] * 2
        assert [(each.date() - first.date()).days for each in (second, third)] == [7, 14]


class TestRulePage:
    """Kept quiet > Our scanner"""

    @pytest.fixture
    def source(self, cast: Cast) -> Source:
        return make_source(cast)

    def test_shows_what_it_keeps_quiet(self, browser: Client, source: Source, cast: Cast) -> None:
        row = quiet(cast.analyst)
        send(source, cast, title="Port scan")
        page = text(browser.get(f"{LIST}/{row.id}"))
        assert "Port scan" in page
        assert "keeps alerts quiet until" in page

    def test_changes_the_end(self, browser: Client, cast: Cast) -> None:
        row = quiet(cast.analyst)
        answer = browser.post(
            f"{LIST}/{row.id}", {"expires_at": local(clock.now() + timedelta(days=4)), "reason": "Not done yet"}
        )
        assert answer.status_code == 302
        assert rules(cast)[0].expires_at > row.expires_at

    def test_needs_a_reason_for_another_end(self, browser: Client, cast: Cast) -> None:
        row = quiet(cast.analyst)
        answer = browser.post(f"{LIST}/{row.id}", {"expires_at": local(clock.now() + timedelta(days=4))})
        assert answer.status_code == 422
        assert "Say why the end changes." in text(answer)

    def test_ends_it_now(self, browser: Client, cast: Cast) -> None:
        row = quiet(cast.analyst)
        assert browser.post(f"{LIST}/{row.id}/end").status_code == 302
        assert rules(cast)[0].is_over
        assert "these alerts are heard when they come again" in text(browser.get(LIST))

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        row = quiet(cast.analyst)
        assert browser_of(cast, "hr").get(f"{LIST}/{row.id}").status_code == 404
        assert browser_of(cast, "outsider").post(f"{LIST}/{row.id}/end").status_code == 404
