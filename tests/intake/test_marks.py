# SPDX-License-Identifier: Apache-2.0
"""What the inbox and a signal's page say of what its sender and rules did to it."""

import html

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.models import Source
from longwatch.intake.quiet_rules import FLAPS
from longwatch.intake.services.triage import acknowledge
from tests.intake.cast_signals import make_source, send
from tests.intake.services.test_quieting import quiet
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def browser(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.accounts["analyst"])
    return browser


def page(browser: Client, address: str) -> str:
    return html.unescape(browser.get(address).content.decode())


def test_one_whose_sender_changes_its_mind_again_and_again_is_flapping(
    cast: Cast, source: Source, browser: Client
) -> None:
    states = ["open", "closed"] * FLAPS
    for state in states:
        sent = send(source, cast, dedup_key="x", state=state)
    assert 'title="Flapping"' in page(browser, "/inbox")
    assert "Notices about it come once an hour at most." in page(browser, f"/signals/{sent.signal_id}")


def test_one_that_is_over_says_so(cast: Cast, source: Source, browser: Client) -> None:
    sent = send(source, cast, state="closed")
    assert 'title="The sender says that it is over"' in page(browser, "/inbox")
    assert "Over, says the sender" in page(browser, f"/signals/{sent.signal_id}")


def test_one_that_rose_stands_first_and_once(cast: Cast, source: Source, browser: Client) -> None:
    old = send(source, cast, title="Rising", dedup_key="x", severity="low")
    with acting_as(cast.analyst):
        acknowledge(old.signal_id, cast.analyst)
    send(source, cast, title="Newer")
    send(source, cast, title="Rising", dedup_key="x", severity="critical")
    listed = page(browser, "/inbox")
    assert listed.index(">Rising<") < listed.index(">Newer<")
    assert listed.count(f'id="signal-{old.signal_id}"') == 1
    assert "More severe since it was judged" in listed
    assert "More severe since it was judged or put off:" in page(browser, f"/signals/{old.signal_id}")


def test_one_that_is_kept_quiet_says_by_which_rule_and_until_when(cast: Cast, source: Source, browser: Client) -> None:
    rule = quiet(cast.analyst, name="Our scanner")
    sent = send(source, cast, title="Port scan")
    assert 'title="Our scanner"' in page(browser, "/inbox?show=quiet")
    shown = page(browser, f"/signals/{sent.signal_id}")
    assert "Kept quiet by" in shown
    assert f'href="/quiet-rules/{rule.id}"' in shown


def test_tells_the_techniques(cast: Cast, source: Source, browser: Client) -> None:
    sent = send(source, cast, techniques=["T1059.001"])
    assert "T1059.001" in page(browser, f"/signals/{sent.signal_id}")


def test_offers_to_keep_alerts_like_it_quiet_and_never_reports(cast: Cast, source: Source, browser: Client) -> None:
    alert, report = send(source, cast), send(source, cast, kind="report", title="A bag")
    assert f"/quiet-rules/new?signal={alert.signal_id}" in page(browser, f"/signals/{alert.signal_id}")
    assert "/quiet-rules/new" not in page(browser, f"/signals/{report.signal_id}")
