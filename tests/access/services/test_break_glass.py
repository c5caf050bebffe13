# SPDX-License-Identifier: Apache-2.0
"""Ending and judging a break-glass; pages: tests/search/test_glass_views.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.access.oversight import BreakGlass
from longwatch.access.services.break_glass import end_glass, review_due, review_glass
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.ledger.models import LedgerEntry
from longwatch.search.services.break_glass import break_glass
from tests.cases.material import a_bare_case
from tests.personas import Cast

WHY = "The gate guard cannot reach anybody of the case."


@pytest.fixture
def row(cast: Cast) -> BreakGlass:
    """The supervisor looks at a case of the investigator."""
    with acting_as(cast.investigator):
        case = a_bare_case(cast)
    with acting_as(cast.supervisor):
        made = break_glass(case.reference, reason_code="danger", reason=WHY, by=cast.supervisor)
    assert made is not None
    return made


def ended(row: BreakGlass, by: Actor) -> BreakGlass:
    with acting_as(by):
        return end_glass(row.id, by=by)


def judged(row: BreakGlass, by: Actor, outcome: str = "justified", note: str = "Nobody was in.") -> BreakGlass:
    with acting_as(by):
        return review_glass(row.id, outcome=outcome, note=note, by=by)


class TestReviewDue:
    """review_due"""

    @pytest.mark.parametrize(("day", "due"), [(2, 4), (5, 9), (6, 10), (7, 10), (8, 10)])
    def test_counts_working_days_only(self, day: int, due: int) -> None:
        # 2 March 2026 is a Monday.
        assert review_due(datetime(2026, 3, day, 15, tzinfo=UTC)) == datetime(2026, 3, due, 15, tzinfo=UTC)


class TestEndGlass:
    """end_glass"""

    @pytest.mark.parametrize("name", ["supervisor", "investigator", "privacy"])
    def test_ends_by_whoever_is_concerned_with_an_entry(self, cast: Cast, row: BreakGlass, name: str) -> None:
        assert ended(row, cast.actors[name]).ended_by_id == cast.actors[name].id
        with acting_as(cast.investigator):
            assert LedgerEntry.objects.filter(record_id=row.record_id, action="break_glass.ended").count() == 1

    def test_changes_nothing_the_second_time(self, cast: Cast, row: BreakGlass) -> None:
        first = ended(row, cast.supervisor)
        assert ended(row, cast.privacy).ended_at == first.ended_at

    def test_is_not_there_for_others(self, cast: Cast, row: BreakGlass) -> None:
        for name in ("analyst", "dispatcher", "administrator", "outsider"):
            with pytest.raises(NotFound):
                ended(row, cast.actors[name])


class TestReviewGlass:
    """review_glass"""

    def test_says_in_the_history_what_was_found(self, cast: Cast, row: BreakGlass) -> None:
        ended(row, cast.supervisor)
        assert judged(row, cast.privacy).outcome == "justified"
        with acting_as(cast.investigator):
            assert LedgerEntry.objects.filter(record_id=row.record_id, action="break_glass.reviewed").count() == 1

    def test_waits_until_it_is_over_and_happens_once(self, cast: Cast, row: BreakGlass) -> None:
        with pytest.raises(Conflict):
            judged(row, cast.privacy)
        ended(row, cast.privacy)
        judged(row, cast.privacy)
        with pytest.raises(Conflict):
            judged(row, cast.privacy, outcome="not_justified")

    @pytest.mark.parametrize(("outcome", "note"), [("fine", "Nobody was in."), ("justified", " ")])
    def test_refuses_a_judgement_without_a_reason(self, cast: Cast, row: BreakGlass, outcome: str, note: str) -> None:
        ended(row, cast.supervisor)
        with pytest.raises(Invalid):
            judged(row, cast.privacy, outcome, note)

    def test_is_for_privacy_officers_only(self, cast: Cast, row: BreakGlass) -> None:
        ended(row, cast.supervisor)
        for name in ("supervisor", "investigator"):
            with pytest.raises(NotAllowed):
                judged(row, cast.actors[name])


class TestTheTable:
    """access_break_glass, asked by hand."""

    @pytest.mark.parametrize(
        "change",
        ["expires_at = expires_at + interval '1 minute'", "ended_at = null", "reason = 'Nicer words for it'",
         "outcome = 'justified', reviewed_by_id = account_id", "account_id = gen_random_uuid()"],
    )  # fmt: skip
    def test_changes_nothing_but_the_end(self, cast: Cast, row: BreakGlass, change: str) -> None:
        ended(row, cast.supervisor)
        with (
            acting_as(cast.supervisor),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"update access_break_glass set {change}")

    def test_takes_no_row_that_no_try_has_found(self, cast: Cast, row: BreakGlass) -> None:
        names = {field.attname for field in BreakGlass._meta.concrete_fields} - {"id"}
        copied = BreakGlass(**{name: getattr(row, name) for name in names})
        copied.attempt_id = copied.id
        with acting_as(cast.supervisor), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            copied.save(force_insert=True)

    def test_takes_no_row_that_lasts_for_more_than_an_hour(self, cast: Cast, row: BreakGlass) -> None:
        assert row.expires_at - row.opened_at <= timedelta(minutes=60)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute("select conname from pg_constraint where conname = 'access_break_glass_an_hour'")
            assert cursor.fetchone()
