# SPDX-License-Identifier: Apache-2.0
"""The pages of groups, rules and criteria are sound, on a desktop and on a phone."""

import pytest
from playwright.sync_api import ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.grouping.services.trying import ask_trial, run_trial
from tests.grouping.cast_groups import make_group, make_signals
from tests.grouping.services.test_ruling import make_rule
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

PAGES = (
    "/groups", "/groups/{group}", "/groups/{group}/split?signals={signal}", "/groups/rules", "/groups/rules/new",
    "/groups/rules/{rule}", "/groups/rules/{rule}/edit", "/cases/criteria", "/cases/criteria/critical-asset",
)  # fmt: skip
ABOUT = [{"field": "rule", "op": "starts", "values": ["rule-"]}]
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def names(people: Cast) -> dict[str, str]:
    """A group, and a rule that was tried."""
    signals = make_signals(people, "web-1", "web-1", "web-2")
    group = make_group(people, *signals)
    rule = make_rule(people, name="Web by host", conditions=ABOUT, group_by=["entity:host"])
    with acting_as(people.supervisor):
        trial = ask_trial(rule.id, 7, by=people.supervisor)
    run_trial(trial.id, people.supervisor.id)
    return {"group": str(group.id), "signal": str(signals[2].id), "rule": str(rule.id)}


def test_are_sound_and_fit(enter: Enter, names: dict[str, str], size: ViewportSize) -> None:
    visitor = enter("supervisor", size)
    for path in PAGES:
        page = visitor.go(path.format(**names))
        expect(page.locator("h1")).not_to_have_text("There is nothing here")
        assert not page.evaluate(WIDER), path
