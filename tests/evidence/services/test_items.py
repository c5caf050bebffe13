# SPDX-License-Identifier: Apache-2.0
"""Things as exhibits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from longwatch.evidence import selectors
from longwatch.evidence.services.checking import verify
from longwatch.evidence.services.items import Item, add_item
from longwatch.records.reference import RecordRef
from tests.personas import Cast

BACKPACK = Item(
    name="Backpack 12/24", place="Safe 2", keeper="Lab", tag="A-17", taken_by="Gate guard", taken_how="Found"
)  # fmt: skip


class TestAddItem:
    """add_item"""

    def test_enters_the_chain_with_its_keeper_its_place_and_its_tag(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_item(record, BACKPACK, by=cast.responder)
            chain = list(selectors.custody(row.id))
            assert selectors.holding(row) == selectors.Holding("Lab", "Safe 2", "A-17")
        assert [link.kind for link in chain] == ["received", "transferred", "sealed"]
        assert (chain[1].from_label, chain[1].to_label) == ("Gate guard", "Lab")
        assert row.is_physical
        assert (row.sha256, row.mark, row.name) == ("", "1", "Backpack 12/24")

    def test_is_kept_by_whoever_records_it_unless_somebody_else_is_named(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_item(record, Item(name="Knife", place="Safe 2"), by=cast.responder)
            assert selectors.holding(row) == selectors.Holding("Ravi Responder", "Safe 2")

    def test_is_in_nobodys_hands_by_the_word_of_another(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            with pytest.raises(Invalid) as refusal:
                add_item(record, replace(BACKPACK, keeper="ana analyst"), by=cast.responder)
            assert refusal.value.code == "has_an_account"
            row = add_item(record, replace(BACKPACK, keeper="Ravi Responder"), by=cast.responder)
            assert selectors.holding(row).holder_id == cast.responder.id
        with acting_as(cast.administrator):
            assert selectors.in_hands(cast.responder.id) == selectors.InHands(1, 0)

    @pytest.mark.parametrize(
        ("item", "missing"), [(replace(BACKPACK, name=" "), "name"), (replace(BACKPACK, place=" "), "place")]
    )
    def test_asks_what_it_is_and_where_it_is_kept(
        self, cast: Cast, record: RecordRef, item: Item, missing: str
    ) -> None:
        with acting_as(cast.responder):
            with pytest.raises(Invalid) as refusal:
                add_item(record, item, by=cast.responder)
            assert list(refusal.value.fields) == [missing]
            assert not selectors.exhibits(record.id).exists()

    def test_was_not_taken_in_the_future(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Invalid, match="future"):
            add_item(record, replace(BACKPACK, taken_at=clock.now() + timedelta(hours=1)), by=cast.responder)

    def test_is_not_for_a_closed_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Conflict, match="closed"):
            add_item(replace(record, closed=True), BACKPACK, by=cast.responder)

    def test_is_for_who_may_add_evidence(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.auditor), pytest.raises(NotAllowed):
            add_item(record, BACKPACK, by=cast.auditor)

    def test_has_no_bytes_to_verify(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_item(record, BACKPACK, by=cast.responder)
            with pytest.raises(NotFound, match="a thing"):
                verify(row.id, by=cast.responder)
