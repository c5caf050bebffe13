# SPDX-License-Identifier: Apache-2.0
"""From records to parcels, with alerts that came in by the front door."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.ids import entity_id
from longwatch.entities.markings import Tlp
from longwatch.exchange.content import find_record
from longwatch.exchange.services.deciding import decide_item
from longwatch.exchange.services.sharing import prepare
from longwatch.exchange.sharing.parcel import Parcel
from longwatch.records.reference import RecordRef
from longwatch.search.services.identifying import mark
from tests.exchange.sharing.beacon import a_beacon
from tests.personas import Cast


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    return a_beacon(cast)


def parcel(record: RecordRef, cast: Cast, limit: Tlp) -> Parcel:
    with acting_as(cast.supervisor):
        found, row, actor = find_record(record.kind, record.id, cast.supervisor)
        return prepare(found, row, limit, by=actor).parcel


class TestPack:
    """pack"""

    def test_takes_along_what_machines_look_for_and_no_people(self, cast: Cast, record: RecordRef) -> None:
        found = parcel(record, cast, Tlp.AMBER)
        values = {each.value for each in found.things}
        assert values == {"192.0.2.7", "ws-042.halden.example", "https://evil.example/x"}

    def test_has_pseudonyms_where_people_stand_in_its_words(self, cast: Cast, record: RecordRef) -> None:
        found = parcel(record, cast, Tlp.AMBER)
        assert found.title == "[Affected person 1]'s laptop calls out"
        assert {each.note for each in found.things} <= {"", "From [Affected person 1]"}

    def test_leaves_what_is_marked_more_strictly_and_says_so_to_whoever_asks(
        self, cast: Cast, record: RecordRef
    ) -> None:
        found = parcel(record, cast, Tlp.AMBER)
        assert {(each.label, each.tlp) for each in found.left} == {
            ("secret.example", Tlp.RED), ("Partner feed hit", Tlp.RED),
        }  # fmt: skip
        assert [each.title for each in found.seen] == ["Beacon to 192.0.2.7"]

    def test_takes_everything_along_up_to_the_strictest_marking(self, cast: Cast, record: RecordRef) -> None:
        found = parcel(record, cast, Tlp.RED)
        assert not found.left
        assert "secret.example" in {each.value for each in found.things}

    def test_marks_a_thing_as_the_alerts_that_name_it_are_marked(self, cast: Cast, record: RecordRef) -> None:
        marks = {each.value: each.tlp for each in parcel(record, cast, Tlp.RED).things}
        assert (marks["192.0.2.7"], marks["secret.example"], marks["https://evil.example/x"]) == (
            Tlp.GREEN, Tlp.RED, None,
        )  # fmt: skip

    def test_says_when_alerts_saw_a_thing_not_when_somebody_wrote_it_down(self, cast: Cast, record: RecordRef) -> None:
        found = parcel(record, cast, Tlp.RED)
        [thing] = [each for each in found.things if each.value == "192.0.2.7"]
        seen = [each.last_seen for each in found.seen if any("192.0.2.7" in name for name in each.names)]
        assert thing.last_seen == max(seen)

    def test_leaves_what_people_marked_more_strictly(self, cast: Cast, record: RecordRef) -> None:
        entity = entity_id(record.org_id, "ip:192.0.2.7")
        with acting_as(cast.supervisor):
            mark(entity, tlp="red", record=record, reason="A partner asked", by=cast.supervisor)
        assert "192.0.2.7" not in {each.value for each in parcel(record, cast, Tlp.AMBER).things}
        assert ("192.0.2.7", Tlp.RED) in {(each.label, each.tlp) for each in parcel(record, cast, Tlp.AMBER).left}

    def test_leaves_what_somebody_withheld_also_where_an_alert_names_it(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.supervisor):
            found, row, actor = find_record(record.kind, record.id, cast.supervisor)
            judged = prepare(found, row, Tlp.RED, by=actor).release.judged
            (item,) = [each.item for each in judged if each.item.value == "192.0.2.7"]
            decide_item(
                found, audience="community", item_kind=item.kind, item_id=item.id, choice="withhold", ground="secret",
                reason="Our own test machine", by=actor,
            )  # fmt: skip
        assert "192.0.2.7" not in {each.value for each in parcel(record, cast, Tlp.RED).things}
