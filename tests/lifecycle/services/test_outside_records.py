# SPDX-License-Identifier: Apache-2.0
"""What compartments hold outside their records: found in requests, erased with a person, by age or with a record."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, NotFound
from longwatch.enrichment.models import InventoryItem
from longwatch.grouping.models import GroupingRule
from longwatch.intake.arrival import Received
from longwatch.intake.delivery_models import Delivery, DeliveryState
from longwatch.intake.keeping import Kept
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Source
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.services.deliveries import keep_delivery
from longwatch.intake.services.receiving import facts, receive
from longwatch.intake.services.triage import dismiss
from longwatch.lifecycle import selectors
from longwatch.lifecycle.models import PLACE, Disposal
from longwatch.lifecycle.services.answering import decide_finding
from longwatch.lifecycle.services.classes import change_retention
from longwatch.lifecycle.services.disposing import approve, propose_person, propose_signals
from longwatch.lifecycle.services.erasing import carry_out
from longwatch.lifecycle.services.holds import hold_entity, hold_organisation
from tests.intake.cast_signals import keep_unreadable, make_source
from tests.lifecycle.alone import lone_signals
from tests.lifecycle.asking import a_request, found
from tests.lifecycle.closed import PERSON
from tests.lifecycle.standing import MAKES, body, grouping_rule, identity, mapping, quiet_rule
from tests.personas import Cast

LETTERS = {"matter": "3 O 12/26", "reason": "Sued"}


def place_of(cast: Cast, place: str) -> UUID:
    """The compartment where the one row of a table lies that names the person."""
    with acting_as(cast.supervisor), connection.cursor() as cursor:
        cursor.execute(f"select compartment_id from {place} t where to_jsonb(t)::text like %s", [f"%{PERSON}%"])
        rows = cursor.fetchall()
        if place == "intake_delivery":
            return cast.signals.id
        return UUID(str(rows[0][0]))


def gone(cast: Cast, compartment_id: UUID) -> Disposal:
    """The person, erased from what a compartment holds, by two people."""
    with acting_as(cast.privacy):
        row = propose_person(compartment_id, words=[PERSON], note="Asked", by=cast.privacy)
    with acting_as(cast.supervisor):
        approve(row.id, by=cast.supervisor)
    assert carry_out(row.id) == "done"
    with acting_as(cast.privacy):
        return Disposal.objects.get(id=row.id)


def words_in(place: str) -> str:
    """All that a table holds, and what its entries open, whoever may see it."""
    with connection.cursor() as cursor:
        raw = "|| encode(t.raw, 'escape')" if place == "intake_delivery" else ""
        cursor.execute(f"select coalesce(string_agg(to_jsonb(t)::text {raw}, ' '), '') from {place} t")
        return str(cursor.fetchone()[0])


class TestSearch:
    @pytest.mark.parametrize("name", MAKES)
    def test_finds_who_is_named_in(self, cast: Cast, name: str) -> None:
        place, make = MAKES[name]
        make(cast)
        (only,) = found(cast, a_request(cast))
        assert (only.record_kind, dict(only.places)) == (PLACE, {place: 1})
        assert only.compartment_id == only.record_id

    def test_a_supervisor_inside_decides_and_nobody_else(self, cast: Cast) -> None:
        identity(cast)
        (only,) = found(cast, a_request(cast))
        with acting_as(cast.privacy), pytest.raises(NotFound):
            decide_finding(only.id, choice="disclose", extract="All", by=cast.privacy)
        with acting_as(cast.supervisor):
            decided = decide_finding(only.id, choice="disclose", extract="In the list of staff", by=cast.supervisor)
        assert decided.decided_by_id == cast.supervisor.id


class TestOnePerson:
    @pytest.mark.parametrize("name", MAKES)
    def test_goes_from(self, cast: Cast, name: str) -> None:
        place, make = MAKES[name]
        make(cast)
        row = gone(cast, place_of(cast, place))
        assert row.counts[place] == 1
        with acting_as(cast.supervisor):
            assert PERSON not in words_in(place)
        assert found(cast, a_request(cast)) == []

    def test_only_words_about_them_go_from_what_stays(self, cast: Cast) -> None:
        mapping(cast)
        gone(cast, cast.signals.id)
        with acting_as(cast.analyst):
            (left,) = MappingVersion.objects.all()
        assert "Held open by [erased]" in left.text
        assert 'title = "Door controller"' in left.text

    def test_an_identity_that_is_them_is_taken_off_the_inventory(self, cast: Cast) -> None:
        identity(cast)
        gone(cast, place_of(cast, "enrichment_item"))
        with acting_as(cast.supervisor):
            (left,) = InventoryItem.objects.all()
        assert (left.identifiers, left.manager, left.removed_at is None) == ([], "", False)

    def test_rules_that_name_them_end(self, cast: Cast) -> None:
        grouping_rule(cast)
        quiet_rule(cast)
        gone(cast, cast.signals.id)
        with acting_as(cast.supervisor):
            assert not GroupingRule.objects.get().enabled
            assert Suppression.objects.get().is_over

    def test_what_others_are_named_in_stays(self, cast: Cast) -> None:
        identity(cast)
        keep_unreadable(make_source(cast), cast, raw=b"{somebody else")
        row = gone(cast, place_of(cast, "enrichment_item"))
        assert set(row.counts) == {"enrichment_item", "ledger_detail"}

    def test_the_proposer_is_told_when_nothing_names_them(self, cast: Cast) -> None:
        with acting_as(cast.privacy), pytest.raises(Conflict) as refusal:
            propose_person(cast.signals.id, words=[PERSON], note="Asked", by=cast.privacy)
        assert refusal.value.code == "not_named"

    def test_a_hold_on_them_keeps_it_all(self, cast: Cast) -> None:
        body(cast)
        with acting_as(cast.counsel):
            hold_entity("person", PERSON, **LETTERS, by=cast.counsel)
        with acting_as(cast.privacy), pytest.raises(Conflict) as refusal:
            propose_person(cast.signals.id, words=[PERSON], note="Asked", by=cast.privacy)
        assert refusal.value.code == "under_hold"

    def test_who_decides_sees_each_row_and_may_spare_it(self, cast: Cast) -> None:
        body(cast)
        mapping(cast)
        with acting_as(cast.privacy):
            row = propose_person(cast.signals.id, words=[PERSON], note="Asked", by=cast.privacy)
        with acting_as(cast.supervisor):
            seen = {str(each.place): each for each in selectors.person_places(row)}
            assert set(seen) == {"Bodies as they came in", "Mappings, with their samples"}
            approve(row.id, spared=[seen["Bodies as they came in"].row_id], by=cast.supervisor)
        carry_out(row.id)
        with acting_as(cast.supervisor):
            assert PERSON in words_in("intake_delivery")
            assert PERSON not in words_in("intake_mapping")


def old_body(cast: Cast, days: int = 20, raw: bytes = b"{broken") -> UUID:
    with clock.unsafe_pretend(clock.now() - timedelta(days=days)):
        return keep_unreadable(make_source(cast), cast, raw=raw)


def kept_for(cast: Cast, days: int) -> None:
    with acting_as(cast.privacy):
        change_retention("signal-alone", days=days, outcome="anonymise", reason="Agreed", by=cast.privacy)


def state_of(cast: Cast, delivery_id: UUID) -> tuple[str, bytes]:
    with acting_as(cast.supervisor):
        row = Delivery.objects.get(id=delivery_id)
        return row.state, bytes(row.raw)


def proposed(cast: Cast) -> Disposal:
    with acting_as(cast.privacy):
        return propose_signals(cast.signals.id, by=cast.privacy)


def carried_out(cast: Cast, row: Disposal) -> None:
    with acting_as(cast.supervisor):
        approve(row.id, by=cast.supervisor)
    assert carry_out(row.id) == "done"


class TestAge:
    def test_bodies_that_could_not_be_read_go_as_long_after_they_came(self, cast: Cast) -> None:
        kept_for(cast, 15)
        old, young = old_body(cast), old_body(cast, days=10, raw=b"{young")
        row = proposed(cast)
        assert row.signals == [old]
        carried_out(cast, row)
        assert state_of(cast, old) == (DeliveryState.GONE, b"")
        assert state_of(cast, young) == (DeliveryState.FAILED, b"{young")

    def test_they_go_with_the_signals_of_the_place(self, cast: Cast) -> None:
        ids, body_id = lone_signals(cast), old_body(cast)
        assert {*proposed(cast).signals} == {*ids, body_id}

    def test_none_goes_while_everything_is_held(self, cast: Cast) -> None:
        kept_for(cast, 15)
        body_id = old_body(cast)
        row = proposed(cast)
        with acting_as(cast.counsel):
            hold_organisation(**LETTERS, by=cast.counsel)
        with acting_as(cast.supervisor):
            approve(row.id, by=cast.supervisor)
        carry_out(row.id)
        assert state_of(cast, body_id) == (DeliveryState.FAILED, b"{broken")

    @pytest.mark.parametrize("when", ["before it is proposed", "after it was proposed"])
    def test_none_goes_that_names_somebody_who_is_held(self, cast: Cast, when: str) -> None:
        kept_for(cast, 15)
        named, other = old_body(cast, raw=b"{broken: " + PERSON.encode()), old_body(cast)
        row = proposed(cast) if when == "after it was proposed" else None
        with acting_as(cast.counsel):
            hold_entity("person", PERSON, **LETTERS, by=cast.counsel)
        row = row or proposed(cast)
        carried_out(cast, row)
        assert state_of(cast, named) == (DeliveryState.FAILED, b"{broken: " + PERSON.encode())
        assert state_of(cast, other) == (DeliveryState.GONE, b"")

    def test_none_is_due_where_they_are_kept_for_ever(self, cast: Cast) -> None:
        with acting_as(cast.privacy):
            change_retention("signal-alone", days=15, outcome="keep", reason="Agreed", by=cast.privacy)
        old_body(cast)
        with acting_as(cast.privacy), pytest.raises(Conflict):
            propose_signals(cast.signals.id, by=cast.privacy)


def brought(cast: Cast, source: Source, raw: bytes) -> list[Received]:
    """Signals that came in one body, which is kept whole beside them."""
    sender = cast.integration.through("api")
    with acting_as(sender):
        received = [receive(source, line, by=sender) for line in raw.splitlines()]
        kept = Kept(raw, "application/x-ndjson", state=DeliveryState.STORED, signals=len(received))
        keep_delivery(facts(source), kept, by=sender)
    return received


class TestWithSignals:
    def test_a_body_goes_with_the_signals_that_it_brought(self, cast: Cast) -> None:
        kept_for(cast, 15)
        source = make_source(cast)
        raw = f'{{"title": "By {PERSON}"}}\n{{"title": "Other"}}'.encode()
        with clock.unsafe_pretend(clock.now() - timedelta(days=20)):
            received = brought(cast, source, raw)
            with acting_as(cast.analyst):
                dismiss(received[0].signal_id, "benign", "", by=cast.analyst)
        with acting_as(cast.supervisor):
            (body,) = Delivery.objects.all()
        assert bytes(body.raw) == raw
        carried_out(cast, proposed(cast))
        assert state_of(cast, body.id) == (DeliveryState.GONE, b"")

    def test_but_not_while_another_signal_of_it_is_held(self, cast: Cast) -> None:
        kept_for(cast, 15)
        source = make_source(cast)
        raw = b'{"title": "A"}\n{"title": "B", "entities": [{"kind": "host", "value": "web-1"}]}'
        with clock.unsafe_pretend(clock.now() - timedelta(days=20)):
            received = brought(cast, source, raw)
            with acting_as(cast.analyst):
                dismiss(received[0].signal_id, "benign", "", by=cast.analyst)
        with acting_as(cast.counsel):
            hold_entity("host", "web-1", **LETTERS, by=cast.counsel)
        carried_out(cast, proposed(cast))
        with acting_as(cast.supervisor):
            (body,) = Delivery.objects.all()
        assert bytes(body.raw) == raw
