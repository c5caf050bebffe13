# SPDX-License-Identifier: Apache-2.0
"""What is known goes with a case: by whom it is said, from when, and nothing that only a narrower circle may know."""

from datetime import date, timedelta
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.services.informing import MOST_LINES
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.intake.models import Signal
from longwatch.ledger.connecting import as_role
from longwatch.records.models import TimelineEntry
from tests.grouping.cast_groups import make_signals
from tests.personas import Cast, make_cast

KEEP = """
insert into enrichment_result (id, org_id, compartment_id, told_by_compartment_id, signal_id, kind, entity_kind, value,
  from_text, source, edition, dated, facts, proposed_severity, at, expires_at)
values (%s, %s, %s, %s, %s, %s, 'domain', %s, false, %s, 'v7', %s, '{}', null, %s, %s)
"""


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


def found_about(town: Cast, signal: Signal, value: str, kind: str = "indicator", told_by: Any = None) -> None:
    now = clock.now()
    with as_role(ENGINE) as engine:
        engine.execute(
            KEEP,
            [uuid7(), town.organisation.id, town.signals.id, told_by, signal.id, kind, value, "Feed", date(2026, 11, 1),
             now - timedelta(minutes=5), now + timedelta(days=1)],
        )  # fmt: skip


def texts(town: Cast, signal: Signal) -> list[str]:
    with acting_as(town.investigator):
        case = open_case(title="Odd", type="cyber", signal_ids=[signal.id], by=town.investigator)
        return list(TimelineEntry.objects.filter(record_id=case.id).order_by("id").values_list("text", flat=True))


def test_each_line_says_who_says_so_and_from_when(town: Cast) -> None:
    (signal,) = make_signals(town, "web-1")
    found_about(town, signal, "evil.example")
    (text,) = texts(town, signal)
    assert text.startswith("What is known of the threat:\n• evil.example: on this list (Feed v7 2026-11-01; looked up ")


def test_what_another_machine_looked_up_by_a_clock_ahead_is_written_down(town: Cast) -> None:
    (signal,) = make_signals(town, "web-1")
    found_about(town, signal, "evil.example")
    with clock.unsafe_pretend(clock.now() - timedelta(minutes=30)):
        (text,) = texts(town, signal)
    assert "evil.example" in text


def test_what_a_narrower_circle_told_stays_there(town: Cast) -> None:
    (signal,) = make_signals(town, "web-1")
    found_about(town, signal, "evil.example", told_by=town.signals.id)
    assert texts(town, signal) == []


def test_nothing_known_writes_nothing(town: Cast) -> None:
    (signal,) = make_signals(town, "web-1")
    assert texts(town, signal) == []


def test_very_much_is_cut_and_counted(town: Cast) -> None:
    (signal,) = make_signals(town, "web-1")
    for number in range(MOST_LINES + 3):
        found_about(town, signal, f"evil-{number}.example")
    (text,) = texts(town, signal)
    assert text.endswith("and 3 more")
