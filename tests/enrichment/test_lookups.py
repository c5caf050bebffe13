# SPDX-License-Identifier: Apache-2.0
"""Look-ups in what was loaded, by the engine."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from longwatch.access.context import acting_as
from longwatch.core.ids import uuid7
from longwatch.enrichment.asking import Question, Thing
from longwatch.enrichment.lookups import Connection, listed, ours, outcomes, seen
from longwatch.enrichment.services.inventory import add_item
from longwatch.intake.services import triage
from tests.enrichment.intel_files import WARNINGLIST, loaded
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


def question(cast: Cast, *things: tuple[str, str], compartment: UUID | None = None) -> Question:
    place = compartment or cast.signals.id
    return Question(uuid7(), cast.organisation.id, place, 2, [Thing(*each) for each in things])


class TestListed:
    @pytest.mark.parametrize(
        ("style", "attributes", "value", "thing", "hit"),
        [
            ("cidr", ["ip-dst"], "192.0.2.0/24", ("ip", "192.0.2.9"), True),
            ("cidr", ["ip-dst"], "192.0.2.0/24", ("ip", "192.0.3.9"), False),
            ("cidr", ["ip-dst"], "192.0.2.0/24", ("url", "http://192.0.2.9/x"), False),
            ("cidr", ["url"], "192.0.2.0/24", ("url", "http://192.0.2.9/x"), True),
            ("hostname", ["domain"], ".good.example", ("domain", "www.good.example"), True),
            ("hostname", ["domain"], "good.example", ("host", "good.example"), True),
            ("hostname", ["domain"], "good.example", ("domain", "notgood.example"), False),
            ("hostname", ["domain"], "good.example", ("email", "a@good.example"), False),
            ("string", ["md5"], "AB" * 16, ("file_hash", "ab" * 16), True),
            ("substring", ["url"], "/track/", ("url", "http://x.example/track/1"), True),
            ("regex", ["email-src"], "/^(noc|abuse)@/i", ("email", "NOC@x.example"), True),
            ("regex", ["email-src"], "/^(noc|abuse)@/i", ("email", "me@x.example"), False),
        ],
    )
    def test_compares_as_the_list_says(
        self, committed: Cast, engine: Connection, style: str, attributes: list[str], value: str,
        thing: tuple[str, str], hit: bool,
    ) -> None:  # fmt: skip
        loaded(committed, WARNINGLIST | {"type": style, "matching_attributes": attributes, "list": [value]})
        assert bool(listed(engine, [question(committed, thing)])) is hit

    def test_tells_no_other_organisation(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, WARNINGLIST)
        asked = question(committed, ("ip", "192.0.2.7"))
        asked.org_id = committed.outsider.org_id
        assert listed(engine, [asked]) == []

    def test_asks_nothing_when_there_is_nothing_to_ask(self, engine: Connection) -> None:
        assert listed(engine, []) == ours(engine, []) == seen(engine, []) == []


class TestOurs:
    def test_says_whose_a_machine_is_and_who_told(self, committed: Cast, engine: Connection) -> None:
        with acting_as(committed.supervisor):
            add_item(
                "asset", {"name": "web1", "identifiers": ["host:web1", "ip:192.0.2.7"], "owner": "Ops"},
                by=committed.supervisor,
            )  # fmt: skip
        [hit] = ours(engine, [question(committed, ("host", "web1"), ("domain", "web1"), ("ip", "192.0.2.7"))])
        assert (hit.facts["name"], hit.facts["owner"], hit.told_by) == ("web1", "Ops", committed.operations.id)


class TestSeen:
    def test_counts_in_the_same_compartment_only(self, committed: Cast, engine: Connection) -> None:
        send(make_source(committed), committed, entities=[{"kind": "ip", "value": "192.0.2.7"}])
        [hit] = seen(engine, [question(committed, ("ip", "192.0.2.7"))])
        assert hit.facts["signals"] == 1
        assert seen(engine, [question(committed, ("ip", "192.0.2.7"), compartment=committed.operations.id)]) == []

    def test_counts_each_outcome_and_no_duplicates(self, committed: Cast, engine: Connection) -> None:
        source, entities = make_source(committed), [{"kind": "ip", "value": "192.0.2.7"}]
        signals = [send(source, committed, dedup_key=key, entities=entities).signal_id for key in "abcd"]
        with acting_as(committed.analyst):
            triage.mark_duplicate(signals[1], signals[0], committed.analyst)
            for signal in signals[2:]:
                triage.dismiss(signal, "benign", by=committed.analyst)
        [hit] = seen(engine, [question(committed, ("ip", "192.0.2.7"))])
        assert (hit.facts["signals"], hit.facts["outcomes"]) == (3, {"new": 1, "dismissed:benign": 2})

    def test_counts_nothing_that_is_asked_about_at_the_same_time(self, committed: Cast, engine: Connection) -> None:
        source, entities = make_source(committed), [{"kind": "ip", "value": "192.0.2.7"}]
        asked = question(committed, ("ip", "192.0.2.7"))
        asked.signal_id = send(source, committed, entities=entities).signal_id
        assert seen(engine, [asked]) == []


class TestOutcomes:
    def test_adds_up_what_was_counted(self) -> None:
        early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
        facts = outcomes([("dismissed", "benign", 2, late, False), ("in_incident", "", 1, early, False)])
        assert (facts["signals"], facts["outcomes"]) == (3, {"dismissed:benign": 2, "in_incident": 1})
        assert (facts["since"], facts["more"]) == (early.isoformat(), False)
