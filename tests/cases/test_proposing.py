# SPDX-License-Identifier: Apache-2.0
"""What is proposed about signals, groups and incidents, from what was looked up about them."""

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import proposing
from longwatch.cases.criteria import Proposal
from longwatch.cases.models import Case
from longwatch.cases.services.opening import open_case
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.enrichment.services.inventory import add_item
from longwatch.enrichment.stage import enrich
from longwatch.grouping.storing import group_arrivals
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.models import Signal
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from longwatch.records.models import TimelineEntry
from tests.grouping.cast_groups import make_group
from tests.grouping.test_storing import arrive
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast

PAY = {"name": "pay-db", "identifiers": ["host:pay-db"], "criticality": "critical", "owner": "Finance"}
ANA = {"name": "Ana Alvarez", "identifiers": ["account:ana"], "manager": "Max Maier", "criticality": "normal"}


@pytest.fixture
def town(committed_db: Address) -> Cast:
    cast = make_cast()
    with acting_as(cast.supervisor):
        add_item("asset", PAY, by=cast.supervisor)
        add_item("identity", ANA, by=cast.supervisor)
    return cast


@pytest.fixture
def signal(town: Cast) -> Signal:
    entities = [{"kind": "host", "value": "pay-db"}, {"kind": "account", "value": "ana"}]
    found = arrive(town, make_source(town), "Odd login", entities=entities)
    with as_role(ENGINE) as engine:
        while settle(engine, [enrich, group_arrivals]):
            pass
    return found


def keys(found: list[Proposal]) -> set[str]:
    return {each.criterion.key for each in found}


def test_a_signal_about_a_critical_asset_proposes_a_case_and_says_why(town: Cast, signal: Signal) -> None:
    with acting_as(town.analyst):
        found = proposing.about_signal(signal, town.analyst)
    assert "critical-asset" in keys(found)
    assert "the criticality of pay-db is critical" in found[0].because


def test_a_group_and_an_incident_of_it_propose_one_too(town: Cast, signal: Signal) -> None:
    group = make_group(town, signal)
    with acting_as(town.analyst):
        assert "critical-asset" in keys(proposing.about_group(group.id, town.analyst))
        incident = open_incident(title="Odd", category="CY-04", signal_ids=[signal.id], by=town.analyst)
        found = proposing.about_incident(incident, town.analyst)
    assert {each.criterion.proposes for each in found} == {"case"}


def test_proposing_opens_nothing(town: Cast, signal: Signal) -> None:
    with acting_as(town.analyst):
        proposing.about_signal(signal, town.analyst)
        assert not Case.objects.exists()


def test_what_is_known_goes_with_a_case_that_is_opened_from_it(town: Cast, signal: Signal) -> None:
    with acting_as(town.investigator):
        case = open_case(title="Odd login", type="cyber", signal_ids=[signal.id], by=town.investigator)
        entries = list(TimelineEntry.objects.filter(record_id=case.id).order_by("id"))
    texts = [each.text for each in entries]
    assert {each.author_label for each in entries} == {"Longwatch"}
    assert any("people that it names" in text and "manager Max Maier" in text for text in texts)
    assert any("pay-db: pay-db · criticality critical · owner Finance (pay-db" in text for text in texts)
    assert all("looked up" in text for text in texts)
    assert all(each.occurred_at <= each.recorded_at for each in entries)


def test_it_comes_through_an_incident_too(town: Cast, signal: Signal) -> None:
    with acting_as(town.investigator):
        incident = open_incident(title="Odd", category="CY-04", signal_ids=[signal.id], by=town.investigator)
        case = open_case(title="Odd", type="cyber", incident_ids=[incident.id], by=town.investigator)
        assert TimelineEntry.objects.filter(record_id=case.id, text__contains="pay-db").exists()
