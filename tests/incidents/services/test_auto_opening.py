# SPDX-License-Identifier: Apache-2.0
"""A rule opens an incident by itself: once, with the reason, on somebody's behalf, and people can take it back."""

import pytest
from django.db import IntegrityError

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import disable_account
from longwatch.core.errors import Conflict, NotFound
from longwatch.core.postgres.address import Address
from longwatch.grouping import selectors as grouping
from longwatch.grouping.models import Group, GroupState
from longwatch.grouping.services.judging import dismiss_group
from longwatch.grouping.services.ruling import switch_rule
from longwatch.incidents import selectors
from longwatch.incidents.models import CaseAnswer, Disposition, GroupOpening, Incident
from longwatch.incidents.sentences import CATALOGUE
from longwatch.incidents.services.auto_opening import open_by_rule, take_out
from longwatch.incidents.services.closing import close_incident
from longwatch.intake.models import DismissReason, Signal, SignalStatus, Source
from longwatch.records.selectors import timeline
from longwatch.records.sentences import sentence_of
from tests.incidents.cast_rules import arrive, auto_rule, followed, settled
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast


@pytest.fixture
def town(committed_db: Address) -> Cast:
    return make_cast()


@pytest.fixture
def source(town: Cast) -> Source:
    return make_source(town)


def beacons(town: Cast, source: Source, *names: str, host: str = "web-1") -> list[Signal]:
    return [arrive(town, source, f"Beacon {name}", host) for name in names]


def incidents(town: Cast) -> list[Incident]:
    with acting_as(town.analyst):
        return list(Incident.objects.filter(org_id=town.organisation.id).order_by("opened_at"))


def only_group(town: Cast) -> Group:
    with acting_as(town.analyst):
        return Group.objects.get(org_id=town.organisation.id)


def inside(town: Cast, incident: Incident) -> set[str]:
    with acting_as(town.analyst):
        return {str(each) for each in selectors.signal_ids(incident.id)}


def status_of(town: Cast, signal: Signal) -> str:
    with acting_as(town.analyst):
        return Signal.objects.get(id=signal.id).status


def test_a_group_that_reaches_the_threshold_becomes_an_incident_with_the_reason(town: Cast, source: Source) -> None:
    auto_rule(town)
    signals = beacons(town, source, "a", "b")
    assert followed() == 1
    (incident,) = incidents(town)
    assert (incident.category, incident.severity, incident.title) == ("CY-05", 3, only_group(town).title)
    assert inside(town, incident) == {str(each.id) for each in signals}
    with acting_as(town.analyst):
        lines = timeline(incident.id, by=town.analyst).rows
    told = [f"{line.author} {sentence_of(line.action, line.fields, CATALOGUE)}" for line in lines]
    assert any(
        "The rule “Beacons”, for Sam Supervisor opened the incident because a group of the rule “Beacons” reached 2"
        in each
        and "2 of 2 name host web-1." in each
        for each in told
    )


def test_one_below_the_threshold_opens_nothing(town: Cast, source: Source) -> None:
    auto_rule(town)
    beacons(town, source, "a")
    assert followed() == 0
    assert incidents(town) == []


def test_what_comes_later_goes_into_the_same_incident(town: Cast, source: Source) -> None:
    auto_rule(town)
    beacons(town, source, "a", "b")
    followed()
    beacons(town, source, "c")
    followed()
    (incident,) = incidents(town)
    assert len(inside(town, incident)) == 3
    assert only_group(town).state == GroupState.IN_INCIDENT


def test_following_twice_opens_one(town: Cast, source: Source) -> None:
    rule = auto_rule(town)
    beacons(town, source, "a", "b")
    followed()
    group = only_group(town)
    with pytest.raises((IntegrityError, Conflict)), acting_as(town.supervisor):
        open_by_rule(group, rule, [], by=town.supervisor)
    assert len(incidents(town)) == 1


def test_the_database_holds_one_opening_a_group(town: Cast, source: Source) -> None:
    rule = auto_rule(town)
    beacons(town, source, "a", "b")
    followed()
    group = only_group(town)
    with acting_as(town.supervisor):
        Group.objects.filter(id=group.id).update(state=GroupState.OPEN)
    with pytest.raises(IntegrityError), acting_as(town.supervisor):
        open_by_rule(group, rule, [], by=town.supervisor)


def test_what_a_person_judged_first_is_left_alone(town: Cast, source: Source) -> None:
    auto_rule(town)
    beacons(town, source, "a", "b")
    settled()
    with acting_as(town.analyst):
        dismiss_group(only_group(town).id, DismissReason.BENIGN, by=town.analyst)
    followed()
    assert incidents(town) == []


def test_a_rule_that_was_switched_off_meanwhile_opens_nothing(town: Cast, source: Source) -> None:
    rule = auto_rule(town)
    beacons(town, source, "a", "b")
    settled()
    with acting_as(town.supervisor):
        switch_rule(rule.id, on=False, by=town.supervisor)
    followed()
    assert incidents(town) == []


def test_after_the_incident_is_closed_what_comes_opens_another(town: Cast, source: Source) -> None:
    auto_rule(town)
    beacons(town, source, "a", "b")
    followed()
    (incident,) = incidents(town)
    with acting_as(town.analyst):
        close_incident(
            incident.id, disposition=Disposition.MITIGATED, summary="Cleaned", case_answer=CaseAnswer.NO,
            by=town.analyst,
        )  # fmt: skip
    beacons(town, source, "c")
    followed()
    beacons(town, source, "d", "e")
    followed()
    assert len(incidents(town)) == 2


def test_a_person_takes_the_group_out_again(town: Cast, source: Source) -> None:
    auto_rule(town)
    first, second = beacons(town, source, "a", "b")
    followed()
    with acting_as(town.analyst):
        group = take_out(only_group(town).id, "A drill", by=town.analyst)
    (incident,) = incidents(town)
    assert (group.state, inside(town, incident)) == (GroupState.OPEN, set())
    assert {status_of(town, first), status_of(town, second)} <= {SignalStatus.NEW, SignalStatus.ACKNOWLEDGED}
    followed()
    assert inside(town, incident) == set()
    with acting_as(town.analyst), pytest.raises(Conflict):
        take_out(group.id, "", by=town.analyst)


def test_nobody_elsewhere_takes_it_out(town: Cast, source: Source) -> None:
    auto_rule(town)
    beacons(town, source, "a", "b")
    followed()
    with acting_as(town.outsider), pytest.raises(NotFound):
        take_out(only_group(town).id, "", by=town.outsider)


def test_a_rule_that_nobody_answers_for_says_so_and_the_group_waits(town: Cast, source: Source) -> None:
    rule = auto_rule(town)
    beacons(town, source, "a", "b")
    settled()
    with acting_as(town.administrator):
        disable_account(town.supervisor.id, reason="Left", by=town.administrator)
    followed()
    assert incidents(town) == []
    with acting_as(town.analyst):
        hindrance = grouping.hindrance(rule.id)
        assert hindrance is not None
        assert "Nobody answers for the rule" in hindrance.why
        assert not GroupOpening.objects.exists()
    assert only_group(town).state == GroupState.OPEN
