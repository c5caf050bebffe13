# SPDX-License-Identifier: Apache-2.0
"""A rule is tried on what is stored before it goes live."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.grouping.models import Group, Trial, TrialState
from longwatch.grouping.services.ruling import create_rule
from longwatch.grouping.services.trying import ask_trial, run_trial
from longwatch.intake.models import DismissReason
from longwatch.intake.services.triage import dismiss
from tests.grouping.cast_groups import make_signals
from tests.grouping.services.test_ruling import make_rule
from tests.intake.cast_signals import make_source
from tests.personas import Cast

ALL = [{"field": "rule", "op": "starts", "values": ["rule-"]}]


def tried(cast: Cast, **fields: object) -> Trial:
    rule = make_rule(cast, conditions=ALL, **fields)
    with acting_as(cast.supervisor):
        trial = ask_trial(rule.id, 7, by=cast.supervisor)
    run_trial(trial.id, cast.supervisor.id)
    with acting_as(cast.supervisor):
        return Trial.objects.get(id=trial.id)


def test_it_tells_which_groups_there_would_have_been(cast: Cast) -> None:
    make_signals(cast, "web-1", "web-1", "web-2")
    trial = tried(cast, group_by=["entity:host"])
    assert (trial.state, trial.done, trial.total) == (TrialState.DONE, 3, 3)
    assert trial.result["groups"] == 1
    assert trial.result["below_threshold"] == 1
    assert trial.result["examples"][0]["key"] == "entity:host=web-1"


def test_it_tells_what_became_of_the_signals(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1")
    with acting_as(cast.analyst):
        for signal in signals:
            dismiss(signal.id, DismissReason.BENIGN, by=cast.analyst)
    assert tried(cast, group_by=["entity:host"]).result["dismissed"] == 1


def test_every_arrival_counts(cast: Cast) -> None:
    source = make_source(cast)
    for _ in range(3):
        make_signals(cast, "web-1", source=source)
    assert tried(cast, group_by=["entity:host"], threshold=1).result["arrivals"] == 3


def test_nothing_is_changed(cast: Cast) -> None:
    make_signals(cast, "web-1", "web-1")
    tried(cast, group_by=["entity:host"])
    with acting_as(cast.analyst):
        assert not Group.objects.exists()


def test_who_may_not_manage_rules_tries_none(cast: Cast) -> None:
    rule = make_rule(cast)
    with acting_as(cast.analyst), pytest.raises(NotAllowed):
        ask_trial(rule.id, 7, by=cast.analyst)
    with acting_as(cast.outsider), pytest.raises(NotFound):
        ask_trial(rule.id, 7, by=cast.outsider)


def test_days_are_bounded(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        rule = create_rule(name="All", conditions=ALL, by=cast.supervisor)
        with pytest.raises(Invalid):
            ask_trial(rule.id, 0, by=cast.supervisor)


def test_a_trial_runs_once(cast: Cast) -> None:
    trial = tried(cast)
    assert run_trial(trial.id, cast.supervisor.id) == "gone"
