# SPDX-License-Identifier: Apache-2.0
"""Mappings that people make."""

import pytest
from django.db import ProgrammingError, connection, transaction

from longwatch.access.context import acting_as
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.intake import mapping_selectors as selectors
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Signal, Source
from longwatch.intake.services import mappings as services
from longwatch.intake.services.deliveries import replay_delivery
from longwatch.intake.services.mappings import NewVersion, change_mapping, read_with, restore_version, retire_mapping
from longwatch.intake.services.receiving import receive
from longwatch.intake.services.sources import change_source
from tests.access.entries import actions
from tests.intake.cast_mappings import RECORD, door_mapping, make_own
from tests.intake.cast_mappings import read_with as set_format
from tests.intake.cast_signals import keep_unreadable, make_source
from tests.personas import Cast

pytestmark = pytest.mark.django_db
SHORTER = door_mapping(title="{event.name}", expected="Held open")


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def change(row: MappingVersion, text: str, by: Actor, expected: int | None = None) -> MappingVersion:
    with acting_as(by):
        return change_mapping(row.mapping_id, NewVersion(text=text, note="Shorter"), by=by, expected_number=expected)


def arrived(source: Source, cast: Cast, raw: bytes = RECORD) -> Signal:
    with acting_as(cast.integration):
        received = receive(Source.objects.get(id=source.id), raw, by=cast.integration)
    with acting_as(cast.analyst):
        return Signal.objects.get(id=received.signal_id)


class TestMakeMapping:
    def test_keeps_it_with_its_entry(self, cast: Cast) -> None:
        row = make_own(cast, note="First")
        with acting_as(cast.analyst):
            assert (row.name, row.title, row.number, row.note) == ("doors", "Door controller", 1, "First")
            assert selectors.mapping(cast.analyst, row.mapping_id).text == door_mapping()
        with acting_as(cast.supervisor):
            assert actions(row.id) == ["mapping.saved"]

    def test_refuses_one_whose_sample_does_not_pass(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            make_own(cast, text=door_mapping(expected="Something else"))
        assert "title is 'Held open at D7' instead of 'Something else'" in refusal.value.fields["sample"]

    def test_refuses_one_without_a_sample(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            make_own(cast, text=door_mapping().partition("[[sample]]")[0])
        assert list(refusal.value.fields) == ["sample"]

    def test_refuses_one_that_takes_too_long(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST_SECONDS", 0.0)
        with pytest.raises(Invalid, match="takes too long"):
            make_own(cast)

    @pytest.mark.parametrize("name", ["wazuh", "auto", "longwatch"])
    def test_refuses_the_name_of_a_format(self, cast: Cast, name: str) -> None:
        with pytest.raises(Conflict):
            make_own(cast, text=door_mapping(name))

    def test_refuses_a_name_that_is_taken(self, cast: Cast) -> None:
        make_own(cast)
        with pytest.raises(Conflict) as refusal:
            make_own(cast)
        assert refusal.value.code == "name_taken"

    def test_is_for_those_who_judge_signals(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            make_own(cast, by=cast.responder)

    def test_refuses_a_compartment_whose_signals_one_does_not_read(self, cast: Cast) -> None:
        wanted = NewVersion(text=door_mapping(), compartment_id=cast.signals.id)
        with acting_as(cast.outsider), pytest.raises(Invalid) as refusal:
            services.make_mapping(wanted, by=cast.outsider)
        assert list(refusal.value.fields) == ["compartment_id"]

    def test_is_invisible_elsewhere(self, cast: Cast) -> None:
        row = make_own(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            selectors.mapping(cast.outsider, row.mapping_id)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            retire_mapping(row.mapping_id, by=cast.outsider)


class TestChangeMapping:
    def test_keeps_another_version_and_all_before(self, cast: Cast) -> None:
        row = make_own(cast)
        changed = change(row, SHORTER, cast.analyst)
        with acting_as(cast.analyst):
            assert [each.number for each in selectors.versions(cast.analyst, row.mapping_id)] == [2, 1]
            assert selectors.mapping(cast.analyst, row.mapping_id, 1).text == door_mapping()
        assert (changed.number, changed.note) == (2, "Shorter")

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        row = make_own(cast)
        assert change(row, door_mapping(), cast.analyst).number == 1

    def test_refuses_when_somebody_else_saved_meanwhile(self, cast: Cast) -> None:
        row = make_own(cast)
        change(row, SHORTER, cast.analyst, expected=1)
        with pytest.raises(Stale):
            change(row, door_mapping(), cast.analyst, expected=1)

    def test_refuses_another_name(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            change(make_own(cast), door_mapping("gates"), cast.analyst)
        assert list(refusal.value.fields) == ["name"]

    def test_of_one_that_a_source_is_read_with_is_for_those_who_manage_sources(
        self, cast: Cast, source: Source
    ) -> None:
        row = make_own(cast)
        set_format(source, cast)
        with pytest.raises(NotAllowed):
            change(row, SHORTER, cast.analyst)
        assert change(row, SHORTER, cast.supervisor).number == 2

    def test_undo_keeps_an_earlier_version_as_the_newest(self, cast: Cast) -> None:
        row = make_own(cast)
        change(row, SHORTER, cast.analyst)
        with acting_as(cast.analyst):
            restored = restore_version(row.mapping_id, 1, by=cast.analyst)
        assert (restored.number, restored.text, restored.note) == (3, door_mapping(), "As version 1 was")

    def test_earlier_versions_cannot_be_taken_away(self, cast: Cast) -> None:
        make_own(cast)
        with acting_as(cast.supervisor), pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("delete from intake_mapping")


class TestRetireMapping:
    def test_keeps_it_in_the_history_and_can_be_taken_back(self, cast: Cast) -> None:
        row = make_own(cast)
        with acting_as(cast.analyst):
            retired = retire_mapping(row.mapping_id, by=cast.analyst)
            assert retire_mapping(row.mapping_id, by=cast.analyst).retired_at == retired.retired_at
            assert restore_version(row.mapping_id, 1, by=cast.analyst).retired_at is None

    def test_refuses_while_a_source_is_read_with_it(self, cast: Cast, source: Source) -> None:
        row = make_own(cast)
        set_format(source, cast)
        with acting_as(cast.supervisor), pytest.raises(Conflict) as refusal:
            retire_mapping(row.mapping_id, by=cast.supervisor)
        assert source.name in refusal.value.sentence


class TestSourcesWithAMapping:
    def test_are_read_with_its_newest_version(self, cast: Cast, source: Source) -> None:
        row = make_own(cast)
        set_format(source, cast)
        first = arrived(source, cast)
        assert (first.title, first.severity, first.format) == ("Held open at D7", 3, "own:doors@1")
        assert [each["value"] for each in first.entities] == ["D7"]
        change(row, SHORTER, cast.supervisor)
        assert arrived(source, cast, RECORD.replace(b"D7", b"D8")).format == "own:doors@2"

    def test_are_given_only_a_mapping_of_their_own_compartment(self, cast: Cast, source: Source) -> None:
        with pytest.raises(Invalid) as refusal:
            set_format(source, cast)
        assert list(refusal.value.fields) == ["format"]

    def test_refuse_one_that_was_retired(self, cast: Cast, source: Source) -> None:
        row = make_own(cast)
        with acting_as(cast.analyst):
            retire_mapping(row.mapping_id, by=cast.analyst)
        with pytest.raises(Invalid):
            set_format(source, cast)

    def test_take_formats_and_zones_that_there_are(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor):
            changed = change_source(source.id, {"format": "wazuh", "time_zone": "Europe/Madrid"}, by=cast.supervisor)
            assert (changed.format, changed.time_zone) == ("wazuh", "Europe/Madrid")
            with pytest.raises(Invalid) as refusal:
                change_source(source.id, {"format": "none-such", "time_zone": "Atlantis"}, by=cast.supervisor)
        assert set(refusal.value.fields) == {"format", "time_zone"}

    def test_read_again_what_had_failed(self, cast: Cast, source: Source) -> None:
        raw = b'{"title": "E7", "severity": "red", "door": "D7", "event": {"name": "Held open"}}'
        identity = keep_unreadable(source, cast, raw)
        make_own(cast)
        set_format(source, cast)
        with acting_as(cast.supervisor):
            assert replay_delivery(identity, by=cast.supervisor).signals == 1
            assert Signal.objects.get(source=source).title == "Held open at D7"


class TestReadWith:
    def test_stores_nothing(self, cast: Cast) -> None:
        whole = read_with(door_mapping(), RECORD)
        assert [piece.signal.title for piece in whole.pieces] == ["Held open at D7"]
        with acting_as(cast.analyst):
            assert not Signal.objects.exists()
