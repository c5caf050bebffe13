# SPDX-License-Identifier: Apache-2.0
"""Counting what rules keep quiet."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.intake.models import Source
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.quiet_selectors import counted
from longwatch.intake.quiet_tally import count_kept_quiet
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from tests.intake.cast_signals import make_source, send, signal_of
from tests.intake.services.test_quieting import quiet
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


@pytest.fixture
def rule(town: Cast) -> Suppression:
    return quiet(town.analyst)


def count_all() -> None:
    with as_role(ENGINE) as engine:
        while settle(engine, [count_kept_quiet]):
            pass


def times(rule: Suppression, town: Cast) -> int:
    with acting_as(town.analyst):
        return counted([rule])[0].times


def test_every_time_counts_new_or_again(town: Cast, source: Source, rule: Suppression) -> None:
    send(source, town, title="Port scan", dedup_key="x")
    send(source, town, title="Port scan", dedup_key="x")
    send(source, town, title="Another scan")
    count_all()
    send(source, town, title="Port scan", dedup_key="x")
    count_all()
    assert times(rule, town) == 4


def test_what_is_heard_does_not_count(town: Cast, source: Source, rule: Suppression) -> None:
    send(source, town, title="Door forced")
    count_all()
    assert times(rule, town) == 0


def test_tells_when_it_was_last(town: Cast, source: Source, rule: Suppression) -> None:
    received = send(source, town, title="Port scan")
    count_all()
    with acting_as(town.analyst):
        assert counted([rule])[0].last_at == signal_of(received, town).last_seen


def test_is_not_told_to_others(town: Cast, source: Source, rule: Suppression) -> None:
    send(source, town, title="Port scan")
    count_all()
    with acting_as(town.hr):
        assert counted([rule])[0].times == 0
