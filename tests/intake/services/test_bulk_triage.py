# SPDX-License-Identifier: Apache-2.0
"""Judging many signals at once."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed
from longwatch.core.ids import uuid7
from longwatch.intake.models import DismissReason, Signal, SignalStatus
from longwatch.intake.services import triage
from longwatch.intake.services.bulk_triage import judge_many
from longwatch.records.selectors import timeline
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


class TestJudgeMany:
    def test_judges_each_and_says_what_was_left(self, cast: Cast) -> None:
        source = make_source(cast)
        ids = [send(source, cast, dedup_key=str(n)).signal_id for n in range(3)]
        nowhere = uuid7()
        with acting_as(cast.analyst):
            triage.dismiss(ids[0], DismissReason.DRILL, by=cast.analyst)
            judged = judge_many([*ids, nowhere], lambda i: triage.dismiss(i, DismissReason.BENIGN, by=cast.analyst))
            assert {s.id for s in judged.done} == set(ids[1:])
            assert {(s.id, s.code) for s in judged.skipped} == {(ids[0], "signal_dismissed"), (nowhere, "not_found")}
            assert "signal.dismissed" in [line.action for line in timeline(ids[2], by=cast.analyst).rows]

    def test_refuses_nothing_and_more_than_two_hundred(self, cast: Cast) -> None:
        with acting_as(cast.analyst):
            for ids in ([], [uuid7() for _ in range(201)]):
                with pytest.raises(Invalid):
                    judge_many(ids, lambda i: triage.acknowledge(i, cast.analyst))

    def test_refuses_all_without_the_permission(self, cast: Cast) -> None:
        ids = [send(make_source(cast), cast).signal_id]
        without = cast.analyst.__class__(cast.analyst.kind, cast.analyst.id, "Reader", cast.analyst.org_id)
        with acting_as(without):
            with pytest.raises(NotAllowed):
                judge_many(ids, lambda i: triage.acknowledge(i, without))
            assert Signal.objects.get(id=ids[0]).status == SignalStatus.NEW
