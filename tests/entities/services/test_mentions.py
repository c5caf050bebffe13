# SPDX-License-Identifier: Apache-2.0
"""Who and what has a part in a record."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.entities.models import Mention
from longwatch.entities.selectors import mentions
from longwatch.entities.sentences import SENTENCES
from longwatch.entities.services.mentions import add_mention, copy_signal_entities, end_mention
from longwatch.records.reference import RecordRef
from longwatch.records.selectors import timeline
from tests.personas import Cast


class TestAddMention:
    """add_mention"""

    def test_names_an_entity_with_its_part(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_mention(record, kind="person", value=" Max  Mustermann ", part="subject", by=cast.responder)
            assert mentions(record.id).get() == row
            line = timeline(record.id, by=cast.analyst).rows[0]
        assert (row.value, row.key, row.part) == ("Max  Mustermann", "person:max mustermann", "subject")
        assert SENTENCES[line.action](line.fields) == "added Max  Mustermann (person) as subject"

    def test_is_one_mention_however_often_and_however_spelled(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            first = add_mention(record, kind="ip", value="2001:DB8::1", by=cast.responder)
            again = add_mention(record, kind="ip", value="2001:db8:0:0::1", by=cast.responder)
        assert first.id == again.id

    def test_gives_the_same_identifier_in_every_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            first = add_mention(record, kind="phone", value="+49 (30) 1234", by=cast.responder)
            second = add_mention(replace(record, id=uuid7()), kind="phone", value="+49301234", by=cast.responder)
        assert first.entity_id == second.entity_id

    @pytest.mark.parametrize(
        ("field", "changed"),
        [("kind", {"kind": "ghost"}), ("value", {"value": "  "}), ("value", {"value": "x" * 501}),
         ("part", {"part": "hero"}), ("note", {"note": "x" * 501})],
    )  # fmt: skip
    def test_refuses_what_it_cannot_keep(
        self, cast: Cast, record: RecordRef, field: str, changed: dict[str, Any]
    ) -> None:
        with acting_as(cast.responder), pytest.raises(Invalid) as refusal:
            add_mention(record, **{"kind": "person", "value": "Max", "by": cast.responder, **changed})
        assert list(refusal.value.fields) == [field]

    def test_refuses_a_closed_record(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder), pytest.raises(Conflict):
            add_mention(replace(record, closed=True), kind="person", value="Max", by=cast.responder)

    def test_needs_the_permission(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.hr), pytest.raises(NotAllowed):
            add_mention(record, kind="person", value="Max", by=cast.hr)


class TestEndMention:
    """end_mention"""

    def test_ends_the_version_that_was_read_only(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_mention(record, kind="person", value="Max", part="witness", by=cast.responder)
            with pytest.raises(Stale):
                end_mention(record, row.id, by=cast.responder, expected_version=row.version - 1)
            end_mention(record, row.id, by=cast.responder, expected_version=row.version)
            assert not mentions(record.id).exists()

    def test_takes_it_off_the_record_and_keeps_it_in_the_history(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_mention(record, kind="person", value="Max", by=cast.responder)
            end_mention(record, row.id, reason="mistaken identity", by=cast.responder)
            assert not mentions(record.id).exists()
            assert Mention.objects.filter(id=row.id).exists()
            line = timeline(record.id, by=cast.analyst).rows[0]
        assert SENTENCES[line.action](line.fields) == "removed Max as involved: mistaken identity"

    def test_is_not_there_twice_nor_elsewhere(self, cast: Cast, record: RecordRef) -> None:
        with acting_as(cast.responder):
            row = add_mention(record, kind="person", value="Max", by=cast.responder)
            with pytest.raises(NotFound):
                end_mention(replace(record, id=uuid7()), row.id, by=cast.responder)
            end_mention(record, row.id, by=cast.responder)
            with pytest.raises(NotFound):
                end_mention(record, row.id, by=cast.responder)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            end_mention(record, row.id, by=cast.outsider)


@dataclass
class Named:
    """A signal, as far as its entities go."""

    entities: list[dict[str, Any]]


class TestCopySignalEntities:
    """copy_signal_entities"""

    def test_copies_what_a_signal_names_but_not_who_reported(self, cast: Cast, record: RecordRef) -> None:
        signal = Named(
            [
                {"kind": "ip", "value": "10.0.0.1", "part": "indicator"},
                {"kind": "gadget", "value": "thing"},
                {"kind": "person", "value": "Rosa", "part": "reporter"},
                {"kind": "person", "value": " "},
            ]
        )
        with acting_as(cast.analyst):
            copied = copy_signal_entities(signal, record, by=cast.analyst)
            again = copy_signal_entities(signal, record, by=cast.analyst)
        assert [(row.kind, row.value, row.part) for row in copied] == [
            ("ip", "10.0.0.1", "indicator"),
            ("other", "thing", "involved"),
        ]
        assert [row.id for row in again] == [row.id for row in copied]
