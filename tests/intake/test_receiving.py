# SPDX-License-Identifier: Apache-2.0
"""Receiving inside a transaction."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from longwatch import ledger
from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.actor import public_reporter
from longwatch.core.errors import Invalid, NotAllowed
from longwatch.intake import selectors
from longwatch.intake.covering import batch_root, header_of
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.sources import switch_source
from longwatch.intake.submission import SignalIn
from longwatch.ledger.leaf import leaf_bytes
from longwatch.ledger.models import LedgerEntry
from tests.intake.cast_signals import make_source, send, signal_of
from tests.personas import Cast


class TestReceive:
    """One signal after another."""

    def test_a_new_signal_and_a_repeat(self, cast: Cast) -> None:
        source = make_source(cast)
        first = send(source, cast, dedup_key="door-7", severity="low")
        again = send(source, cast, dedup_key="door-7", severity="high", title="Door forced again")
        assert (first.created, first.count, again.created, again.count) == (True, 1, False, 2)
        assert again.signal_id == first.signal_id
        signal = signal_of(first, cast)
        assert (signal.title, signal.severity, signal.count) == ("Door forced", 3, 2)

    def test_severity_only_rises_and_wakes_what_was_snoozed(self, cast: Cast) -> None:
        source = make_source(cast)
        first = send(source, cast, dedup_key="k", severity="medium")
        snooze(first.signal_id, cast)
        assert send(source, cast, dedup_key="k", severity="low").severity == 2
        assert signal_of(first, cast).snoozed_until is not None
        assert send(source, cast, dedup_key="k", severity=4).severity == 4
        assert signal_of(first, cast).snoozed_until is None

    def test_repeats_add_entities_they_name(self, cast: Cast) -> None:
        source = make_source(cast)
        first = send(source, cast, dedup_key="k", entities=[{"kind": "ip", "value": "192.0.2.1"}])
        send(
            source,
            cast,
            dedup_key="k",
            entities=[{"kind": "ip", "value": "192.0.2.2"}, {"kind": "ip", "value": "192.0.2.1"}],
        )
        signal = signal_of(first, cast)
        assert [each["value"] for each in signal.entities] == ["192.0.2.1", "192.0.2.2"]
        assert [str(each) for each in signal.entity_ids] == [each["id"] for each in signal.entities]
        with acting_as(cast.analyst):
            assert selectors.signals_with_entity(signal.entity_ids[1], 5) == [signal.id]
        with acting_as(cast.responder):
            assert selectors.signals_with_entity(signal.entity_ids[1], 5) == []

    def test_raw_bytes_are_kept_and_the_ledger_covers_them(self, cast: Cast) -> None:
        source = make_source(cast)
        raw = b' {"title" : "x", "unknown": [1, 2.50] }\r'
        with acting_as(cast.integration):
            received = receive(source, raw, by=cast.integration)
        with acting_as(cast.analyst):
            [occurrence] = selectors.occurrences(received.signal_id).rows
            assert bytes(occurrence.raw) == raw
            assert bytes(occurrence.sha256) == hashlib.sha256(raw).digest()
            entry = LedgerEntry.objects.get(id=occurrence.entry_id)
        assert entry.covers_batch
        assert entry.action == "signal.received"
        expected = batch_root([(occurrence.id, bytes(occurrence.sha256), bytes(occurrence.understood or b""))]).hex()
        header = replace(header_of(cast.integration, source.id, entry.at), compartment_id=source.compartment_id)
        assert bytes(entry.leaf) == leaf_bytes(header, {"occurrences": expected})
        assert bytes(entry.leaf_hash) == hashlib.sha256(b"\x00" + bytes(entry.leaf)).digest()

    def test_a_public_report_comes_in_though_nobody_is_signed_in(self, cast: Cast) -> None:
        make_source(cast, kind="report", slug="report")
        with acting_as(None):
            source = selectors.report_source(cast.organisation.id)
            assert source is not None
            reporter = public_reporter(cast.organisation.id)
            signal = SignalIn(title="A man waits at the gate", description="Every evening", place="Gate 2")
            received = receive(source, signal, report={"contact": "r@x.test", "language": "de"}, by=reporter)
            assert not Signal.objects.filter(id=received.signal_id).exists()
        stored = signal_of(received, cast)
        assert (stored.kind, stored.report["language"], stored.place) == ("report", "de", "Gate 2")

    def test_the_demo_can_tell_of_last_month(self, cast: Cast) -> None:
        source = make_source(cast)
        then = clock.now() - timedelta(days=200)
        with acting_as(cast.integration):
            received = receive(source, SignalIn(title="Old"), by=cast.integration, unsafe_received_at=then)
        assert signal_of(received, cast).first_seen == then

    def test_a_switched_off_source_refuses(self, cast: Cast) -> None:
        source = make_source(cast)
        with acting_as(cast.supervisor):
            source = switch_source(source.id, on=False, by=cast.supervisor)
        with pytest.raises(NotAllowed):
            send(source, cast)

    def test_wrong_fields_are_named(self, cast: Cast) -> None:
        source = make_source(cast)
        with pytest.raises(Invalid) as refused:
            send(source, cast, severity="terrible")
        assert list(refused.value.fields) == ["severity"]


def whole_readings() -> dict[str, int]:
    """How often this transaction read a whole table of signals or of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, seq_scan from pg_stat_xact_user_tables"
            " where relname ~ '^(intake_signal|intake_occurrence|ledger_entry|ledger_pending)' and seq_scan > 0"
        )
        return dict(cursor.fetchall())


class TestPlan:
    """The plan that a connection makes while there are no signals, and keeps."""

    def test_reads_no_whole_table(self, cast: Cast) -> None:
        source, before = make_source(cast), whole_readings()
        send(source, cast, dedup_key="a")
        send(source, cast, dedup_key="b")
        assert whole_readings() == before


class TestAfterClosing:
    """A closed signal does not come back; the next one names it."""

    def test_the_next_one_is_new_and_names_the_previous(self, cast: Cast) -> None:
        source = make_source(cast)
        first = send(source, cast, dedup_key="k")
        close(first.signal_id, cast)
        second = send(source, cast, dedup_key="k")
        assert second.created
        assert signal_of(second, cast).previous_id == first.signal_id


class TestWalls:
    """What the database itself refuses."""

    def test_only_those_inside_see_signals_and_occurrences(self, cast: Cast) -> None:
        received = send(make_source(cast), cast)
        seen = {}
        for name, actor in cast.actors.items():
            with acting_as(actor):
                seen[name] = (
                    Signal.objects.filter(id=received.signal_id).count(),
                    Occurrence.objects.filter(signal_id=received.signal_id).count(),
                )
        inside = {"analyst", "dispatcher", "investigator", "lead", "supervisor"}
        assert seen == {name: (1, 1) if name in inside else (0, 0) for name in seen}

    def test_words_are_found_inside_only(self, cast: Cast) -> None:
        received = send(
            make_source(cast),
            cast,
            title="Zweihundert Kraniche",
            entities=[{"kind": "host", "value": "wks-77.halden.test"}],
        )
        for words in ("kraniche", "wks-77.halden.test"):
            with acting_as(cast.analyst):
                assert selectors.signals_matching(words, 5) == [received.signal_id]
            for outside in (cast.responder, cast.outsider, cast.administrator):
                with acting_as(outside):
                    assert selectors.signals_matching(words, 5) == []

    def test_an_update_without_an_entry_is_refused(self, cast: Cast) -> None:
        received = send(make_source(cast), cast)
        with pytest.raises(IntegrityError, match="without a ledger entry"), acting_as(cast.analyst):
            forge(Signal, received.signal_id, title="Nothing happened")

    @pytest.mark.parametrize("statement", ["update intake_occurrence set raw = 'x'", "delete from intake_occurrence"])
    def test_occurrences_stay_as_they_are(self, cast: Cast, statement: str) -> None:
        send(make_source(cast), cast)
        with pytest.raises(DatabaseError) as refused, acting_as(cast.analyst), connection.cursor() as cursor:
            cursor.execute(statement)
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)

    def test_a_batch_entry_covers_nothing_else(self, cast: Cast) -> None:
        source = make_source(cast)
        received = send(source, cast)
        entry = signal_of(received, cast).version
        with pytest.raises(IntegrityError, match="without a ledger entry"), acting_as(cast.supervisor):
            forge(Source, source.id, enabled=False, version=entry)


def forge(model: Any, row_id: UUID, **values: Any) -> None:
    """Change a row behind the ledger's back, and check at once what the commit would; tests never commit."""
    model.objects.filter(id=row_id).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def close(signal_id: UUID, cast: Cast) -> None:
    """Close a signal as triage does, at the level of its row."""
    change(signal_id, cast, closed_at=clock.now(), status="dismissed")


def snooze(signal_id: UUID, cast: Cast) -> None:
    """Snooze a signal as triage does, at the level of its row."""
    change(signal_id, cast, snoozed_until=clock.now() + timedelta(hours=1))


def change(signal_id: UUID, cast: Cast, **values: Any) -> None:
    with acting_as(cast.analyst):
        signal = Signal.objects.get(id=signal_id)
        for name, value in values.items():
            setattr(signal, name, value)
        ledger.record(ledger.Event(subject_id=signal.id), by=cast.analyst, row=signal, fields=list(values))
