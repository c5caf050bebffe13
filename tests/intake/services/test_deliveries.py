# SPDX-License-Identifier: Apache-2.0
"""Keeping bodies whole, and reading them again."""

from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.intake.delivery_models import Delivery, DeliveryState
from longwatch.intake.keeping import KEEP, Kept, keeping
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.services import deliveries
from longwatch.intake.services.deliveries import (
    Replayed,
    ask_replay,
    is_replaying,
    replay_all,
    replay_delivery,
    run_replay,
    store_opened,
)
from longwatch.intake.services.receiving import facts
from longwatch.intake.services.sources import switch_source
from tests.access.entries import actions
from tests.intake.cast_signals import keep_unreadable, make_source
from tests.personas import Cast, make_cast

GOOD = b'{"title": "Door forced"}'


@pytest.fixture
def committed(committed_db: Address) -> Cast:
    """Whose changes are committed, as those of a job are."""
    return make_cast()


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def delivery(cast: Cast, identity: UUID) -> Delivery:
    with acting_as(cast.supervisor):
        return Delivery.objects.get(id=identity)


def read_again(identity: UUID, by: Actor) -> Replayed:
    with acting_as(by):
        return replay_delivery(identity, by=by)


class TestKeepDelivery:
    def test_keeps_the_bytes_with_an_entry_of_the_ledger(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, b"\x00\xff{")
        kept = delivery(cast, identity)
        assert (bytes(kept.raw), kept.state, kept.reason) == (b"\x00\xff{", DeliveryState.FAILED, "It is no JSON.")
        with acting_as(cast.supervisor):
            assert actions(identity) == ["delivery.kept"]

    def test_keeps_the_same_unreadable_bytes_once(self, cast: Cast, source: Source) -> None:
        assert keep_unreadable(source, cast) == keep_unreadable(source, cast)
        assert keep_unreadable(source, cast, b"{other") != keep_unreadable(source, cast)
        assert keep_unreadable(make_source(cast), cast) != keep_unreadable(source, cast)

    def test_is_seen_by_readers_of_the_signals_alone(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast)
        for name, seen in (("analyst", True), ("administrator", False), ("outsider", False), ("hr", False)):
            with acting_as(cast.actors[name]):
                assert Delivery.objects.filter(id=identity).exists() == seen

    def test_refuses_a_place_that_is_not_the_sources_own(self, cast: Cast, source: Source) -> None:
        row, raw, entry = keeping(facts(source), Kept(b"{", ""), cast.integration)
        elsewhere = row.replace(str(source.compartment_id), str(cast.operations.id))
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(KEEP, [elsewhere, raw, entry])

    def test_refuses_the_hash_of_other_bytes(self, cast: Cast, source: Source) -> None:
        row, _, entry = keeping(facts(source), Kept(b"{", ""), cast.integration)
        with pytest.raises(Exception, match="hash of another"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(KEEP, [row, b"[", entry])

    def test_is_the_only_way_to_make_one(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor), pytest.raises(ProgrammingError), transaction.atomic():
            Delivery.objects.create(
                org_id=source.org_id, compartment_id=source.compartment_id, source=source, way="api", raw=b"",
                sha256=b"", state="failed", operation_id=uuid7(),
            )  # fmt: skip


class TestReplayDelivery:
    def test_stores_what_can_be_read_now(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        assert read_again(identity, cast.supervisor) == Replayed(bodies=1, signals=1)
        read = delivery(cast, identity)
        assert (read.state, read.signals, read.operation_id) == (
            DeliveryState.REPLAYED, 1, cast.supervisor.operation_id,
        )  # fmt: skip
        with acting_as(cast.supervisor):
            [signal] = Signal.objects.filter(source=source)
            [occurrence] = Occurrence.objects.filter(signal_id=signal.id)
            assert actions(identity) == ["delivery.kept", "delivery.replayed"]
        assert (signal.title, bytes(occurrence.raw)) == ("Door forced", GOOD)

    def test_says_that_it_happened_when_the_body_came(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        read_again(identity, cast.supervisor)
        with acting_as(cast.supervisor):
            assert Signal.objects.get(source=source).occurred_at == delivery(cast, identity).at

    def test_keeps_the_lines_anew_that_still_cannot_be_read(self, cast: Cast, source: Source) -> None:
        body = b"{bad\n" + GOOD + b"\n[worse"
        identity = keep_unreadable(source, cast, body, content_type="application/x-ndjson")
        assert read_again(identity, cast.supervisor) == Replayed(bodies=1, signals=1, unreadable=1)
        with acting_as(cast.supervisor):
            [left] = Delivery.objects.filter(source=source, state=DeliveryState.FAILED)
        assert bytes(left.raw) == b"{bad\n[worse"

    def test_refuses_what_still_cannot_be_read(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast)
        with pytest.raises(Invalid):
            read_again(identity, cast.supervisor)
        assert delivery(cast, identity).state == DeliveryState.FAILED

    def test_refuses_a_second_time(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        read_again(identity, cast.supervisor)
        with pytest.raises(Conflict):
            read_again(identity, cast.supervisor)

    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source) -> None:
        with pytest.raises(NotAllowed):
            read_again(keep_unreadable(source, cast, GOOD), cast.analyst)

    @pytest.mark.parametrize("name", ["outsider", "administrator"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        with pytest.raises(NotFound):
            read_again(keep_unreadable(source, cast, GOOD), cast.actors[name])

    def test_stores_nothing_for_a_source_that_is_switched_off(self, cast: Cast, source: Source) -> None:
        identity = keep_unreadable(source, cast, GOOD)
        with acting_as(cast.supervisor):
            switch_source(source.id, on=False, by=cast.supervisor)
        with pytest.raises(NotAllowed):
            read_again(identity, cast.supervisor)
        assert delivery(cast, identity).state == DeliveryState.FAILED


class TestReplayAll:
    def test_reads_what_it_can_of_one_source(self, committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        # Several transactions.
        monkeypatch.setattr(deliveries, "AT_ONCE", 2)
        source = make_source(committed)
        for number in range(5):
            keep_unreadable(source, committed, b'{"title": "Window %d"}' % number)
        keep_unreadable(source, committed, b"{")
        other = keep_unreadable(make_source(committed), committed, GOOD)
        assert replay_all(source.id, by=committed.supervisor) == Replayed(bodies=5, signals=5, unreadable=1)
        assert delivery(committed, other).state == DeliveryState.FAILED

    def test_goes_on_where_it_ended(self, committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deliveries, "AT_ONCE", 2)
        source = make_source(committed)
        for number in range(5):
            keep_unreadable(source, committed, b'{"title": "Window %d"}' % number)
        real, reads = deliveries._replay_if_storable, iter(range(3))

        def until_it_ends(one: Delivery, by: Actor) -> Replayed:
            next(reads)
            return real(one, by)

        with monkeypatch.context() as patched:
            patched.setattr(deliveries, "_replay_if_storable", until_it_ends)
            with pytest.raises(StopIteration):
                replay_all(source.id, by=committed.supervisor)
        assert replay_all(source.id, by=committed.supervisor) == Replayed(bodies=3, signals=3)
        with acting_as(committed.supervisor):
            assert list(Signal.objects.filter(source=source).values_list("count", flat=True)) == [1] * 5

    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            replay_all(source.id, by=cast.analyst)


class TestAskReplay:
    def test_has_a_job_do_it_once(self, cast: Cast, source: Source) -> None:
        keep_unreadable(source, cast, GOOD)
        with acting_as(cast.supervisor):
            assert not is_replaying(source.id)
            ask_replay(source.id, by=cast.supervisor)
            ask_replay(source.id, by=cast.supervisor)
            assert is_replaying(source.id)
        assert run_replay(source.id, cast.supervisor.id) == Replayed(bodies=1, signals=1)

    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            ask_replay(source.id, by=cast.analyst)

    def test_is_not_done_for_an_account_that_is_gone(self, source: Source) -> None:
        assert run_replay(source.id, uuid7()) == Replayed()


class TestStoreOpened:
    def test_has_nothing_to_do_for_nothing(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.integration):
            assert store_opened(source, [], by=cast.integration) == []


def test_the_intake_role_may_call_the_function_and_write_nothing_itself(cast: Cast) -> None:
    asked = """
    select has_function_privilege('longwatch_intake', 'intake_keep_delivery(jsonb, bytea, jsonb)', 'execute'),
           has_table_privilege('longwatch_intake', 'intake_delivery', 'insert, select, update, delete')
    """
    with connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (True, False)
