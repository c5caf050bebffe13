# SPDX-License-Identifier: Apache-2.0
"""Files for other tools, recorded before the first byte."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.exchange.content import find_record
from longwatch.exchange.services.sharing import SharedFile, share
from longwatch.ledger.models import LedgerEntry
from longwatch.records.reference import RecordRef
from tests.exchange.sharing.beacon import a_beacon
from tests.personas import Cast


@pytest.fixture
def record(cast: Cast) -> RecordRef:
    return a_beacon(cast)


def shared(record: RecordRef, cast: Cast, by: str = "supervisor", **more: Any) -> SharedFile:
    with acting_as(cast.actors[by]):
        found, row, actor = find_record(record.kind, record.id, cast.actors[by])
        return share(found, row, **{"form": "stix", "tlp": "amber", "recipient": "Sector"} | more, by=actor)


class TestShare:
    """share"""

    @pytest.mark.parametrize("form", ["stix", "misp", "ocsf", "csv"])
    def test_gives_the_file_and_tells_the_history(self, cast: Cast, record: RecordRef, form: str) -> None:
        made = shared(record, cast, form=form)
        assert b"192.0.2.7" in made.content
        assert b"secret.example" not in made.content
        with acting_as(cast.supervisor):
            entry = LedgerEntry.objects.filter(record_id=record.id).latest("id")
        assert entry.action == "export.shared"

    def test_refuses_a_format_and_a_marking_that_are_none(self, cast: Cast, record: RecordRef) -> None:
        with pytest.raises(Invalid) as refused:
            shared(record, cast, form="pdf", tlp="purple")
        assert set(refused.value.fields) == {"format", "tlp"}

    def test_refuses_a_file_for_nobody(self, cast: Cast, record: RecordRef) -> None:
        with pytest.raises(Invalid) as refused:
            shared(record, cast, recipient=" ")
        assert set(refused.value.fields) == {"recipient"}

    def test_is_refused_to_whoever_may_not_take_records_out(self, cast: Cast, record: RecordRef) -> None:
        with pytest.raises(NotAllowed):
            shared(record, cast, by="analyst")

    def test_is_not_there_for_an_outsider(self, cast: Cast, record: RecordRef) -> None:
        with pytest.raises(NotFound):
            shared(record, cast, by="outsider")
