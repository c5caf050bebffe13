# SPDX-License-Identifier: Apache-2.0
"""An organisation says what makes an incident or a case."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.cases import proposing
from longwatch.cases.models import CaseCriterion
from longwatch.cases.services.criteria import Said, key_for, set_criterion
from longwatch.core.errors import Invalid, NotAllowed
from tests.access.entries import actions
from tests.personas import Cast

ABOUT = [{"fact": "signals", "values": ["20"]}]


def said(**fields: Any) -> Said:
    usual: dict[str, Any] = {"name": "A flood", "proposes": "case", "reason": "We want to know", "conditions": ABOUT}
    return Said(**usual | fields)


def made(cast: Cast, key: str = "flood", **fields: Any) -> CaseCriterion:
    with acting_as(cast.supervisor):
        return set_criterion(key, said(**fields), by=cast.supervisor)


def keys(cast: Cast) -> dict[str, bool]:
    with acting_as(cast.analyst):
        return {each.key: each.enabled for each in proposing.criteria(cast.analyst)}


def test_one_of_our_own_stands_beside_the_shipped_ones(cast: Cast) -> None:
    row = made(cast)
    assert {"flood", "critical-asset", "regulated-data"} <= set(keys(cast))
    with acting_as(cast.auditor):
        assert actions(row.id) == ["criterion.set"]


def test_a_shipped_one_is_switched_off_and_changed_by_its_key(cast: Cast) -> None:
    made(cast, "critical-asset", enabled=False)
    assert keys(cast)["critical-asset"] is False
    first = made(cast, "critical-asset", name="Ours")
    assert first.version > 0
    assert len(keys(cast)) == len({*keys(cast)})
    with acting_as(cast.analyst):
        assert proposing.criterion(cast.analyst, "critical-asset").name == "Ours"


def test_another_organisation_keeps_its_own(cast: Cast) -> None:
    made(cast)
    with acting_as(cast.outsider):
        assert "flood" not in {each.key for each in proposing.criteria(cast.outsider)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"reason": ""}, "reason"), ({"proposes": "war"}, "proposes"),
        ({"conditions": []}, "conditions"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_at_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        made(cast, **wrong)
    assert list(refusal.value.fields) == [field]


def test_who_only_handles_incidents_sets_none(cast: Cast) -> None:
    with acting_as(cast.analyst), pytest.raises(NotAllowed):
        set_criterion("flood", said(), by=cast.analyst)


def test_a_key_is_made_of_the_name() -> None:
    assert key_for("A flood, again!") == "a-flood-again"
    assert key_for("Critical asset") == "critical-asset-own"
    assert key_for("…") == "own"
