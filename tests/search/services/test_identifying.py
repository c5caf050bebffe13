# SPDX-License-Identifier: Apache-2.0
"""Merging entities, taking it back, telling them apart and marking them."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.entities.models import Identity, Marking, Mention
from longwatch.entities.sentences import SENTENCES
from longwatch.records.selectors import timeline
from longwatch.search.entity_page import EntityPage, entity_page, known_entity
from longwatch.search.services.identifying import mark, merge, take_back, tell_apart, unmark
from tests.personas import Cast
from tests.search.cast_entities import ANA, GHOST, MAIL, Place, make_place, name


@pytest.fixture
def place(cast: Cast) -> Place:
    return make_place(cast)


def merged(cast: Cast, place: Place, **other: Any) -> Identity:
    """Ana's address merged into Ana, by the analyst."""
    given: dict[str, Any] = {
        "kind": "email",
        "value": MAIL,
        "record": place.incident,
        "reason": "Same badge",
        "by": cast.analyst,
    }
    with acting_as(given["by"] if "by" not in other else other["by"]):
        return merge(place.ana, **{**given, **other})


def told(page: EntityPage) -> Any:
    """What a page says, without the moment at which it was asked for."""
    lists = (page.cases, page.incidents, page.signals)
    return page.seen, page.identifiers, [list(each) for each in lists], page.spellings, page.tlp, page.pap


class TestMerge:
    """merge"""

    def test_has_both_read_as_one_from_either_side(self, cast: Cast, place: Place) -> None:
        merged(cast, place)
        with acting_as(cast.responder):
            for entity in (place.ana, place.mail):
                page = entity_page(entity, cast.responder)
                assert [each.value for each in page.identifiers] == [ANA, MAIL]

    def test_is_told_in_the_record_it_rests_on(self, cast: Cast, place: Place) -> None:
        merged(cast, place)
        with acting_as(cast.analyst):
            line = timeline(place.incident.id, by=cast.analyst).rows[0]
        said = f"merged {MAIL} (e-mail address) into {ANA} (person): Same badge"
        assert SENTENCES[line.action](line.fields) == said

    def test_takes_any_spelling_of_an_identifier(self, cast: Cast, place: Place) -> None:
        assert merged(cast, place, value=MAIL.upper()).entity_id == place.mail

    def test_makes_an_alias_of_what_no_record_names(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place, kind="person", value="The Owl")
        with acting_as(cast.analyst):
            assert entity_page(row.entity_id, cast.analyst).seen.value == ANA

    def test_moves_nothing(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst):
            before = list(Mention.objects.order_by("id").values())
        merged(cast, place)
        with acting_as(cast.analyst):
            assert list(Mention.objects.order_by("id").values()) == before

    def test_refuses_what_is_one_already_over_several_steps(self, cast: Cast, place: Place) -> None:
        merged(cast, place)
        record = name(cast.analyst, account="akeller")
        merged(cast, place, kind="account", value="akeller", record=record)
        with acting_as(cast.analyst), pytest.raises(Conflict) as refusal:
            merge(place.mail, kind="account", value="akeller", record=record, reason="x", by=cast.analyst)
        assert refusal.value.code == "already_one"

    @pytest.mark.parametrize(
        ("field", "changed"),
        [("kind", {"kind": "ghost"}), ("value", {"value": " "}), ("value", {"value": "a\0b"}),
         ("value", {"value": "x" * 501}), ("reason", {"reason": " "}), ("reason", {"reason": "x" * 501}),
         ("value", {"kind": "person", "value": ANA.upper()})],
    )  # fmt: skip
    def test_refuses_what_it_cannot_keep(self, cast: Cast, place: Place, field: str, changed: dict[str, Any]) -> None:
        with pytest.raises(Invalid) as refusal:
            merged(cast, place, **changed)
        assert list(refusal.value.fields) == [field]

    def test_needs_the_permission_to_work_on_its_basis(self, cast: Cast, place: Place) -> None:
        with pytest.raises(NotAllowed):
            merged(cast, place, by=cast.hr)

    def test_does_not_exist_for_who_sees_neither(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst), pytest.raises(NotFound):
            merge(place.ghost, kind="person", value="x", record=place.incident, reason="x", by=cast.analyst)

    def test_is_not_said_where_more_may_know_than_know_of_both(self, cast: Cast, place: Place) -> None:
        with pytest.raises(Conflict) as refusal:
            merged(cast, place, kind="account", value=GHOST, by=cast.lead)
        assert refusal.value.code == "basis_too_wide"
        assert GHOST in refusal.value.sentence

    def test_shows_nothing_to_who_does_not_see_its_basis(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst):
            before = told(entity_page(place.ana, cast.analyst))
        merged(cast, place, kind="account", value=GHOST, record=place.case, by=cast.lead)
        with acting_as(cast.lead):
            assert [each.value for each in entity_page(place.ana, cast.lead).identifiers] == [ANA, GHOST]
        with acting_as(cast.analyst):
            assert told(entity_page(place.ana, cast.analyst)) == before
            with pytest.raises(NotFound):
                entity_page(place.ghost, cast.analyst)

    def test_can_be_said_again_by_who_does_not_see_that_it_was(self, cast: Cast, place: Place) -> None:
        merged(cast, place, record=place.case, by=cast.lead)
        assert merged(cast, place).ended_at is None


class TestTakeBack:
    """take_back"""

    def test_restores_exactly_what_was_before(self, cast: Cast, place: Place) -> None:
        with acting_as(cast.analyst):
            before = [told(entity_page(each, cast.analyst)) for each in (place.ana, place.mail)]
        row = merged(cast, place)
        with acting_as(cast.analyst):
            take_back(place.ana, row.id, reason="Another Ana", by=cast.analyst)
            assert [told(entity_page(each, cast.analyst)) for each in (place.ana, place.mail)] == before

    def test_leaves_no_page_of_an_alias(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place, kind="person", value="The Owl")
        with acting_as(cast.analyst):
            take_back(place.ana, row.id, by=cast.analyst)
            with pytest.raises(NotFound):
                entity_page(row.entity_id, cast.analyst)

    def test_keeps_the_history(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place)
        with acting_as(cast.analyst):
            take_back(place.mail, row.id, by=cast.analyst)
            [said] = known_entity(place.ana, cast.analyst).said
        assert (said.id, said.said_label, said.ended_label) == (row.id, cast.analyst.label, cast.analyst.label)

    def test_twice_changes_nothing(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place)
        with acting_as(cast.analyst):
            first = take_back(place.ana, row.id, by=cast.analyst)
            assert take_back(place.ana, row.id, by=cast.analyst).version == first.version

    def test_takes_back_the_version_that_was_read_only(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place)
        with acting_as(cast.analyst), pytest.raises(Stale):
            take_back(place.ana, row.id, expected_version=row.version - 1, by=cast.analyst)

    def test_does_not_exist_outside_its_basis_or_for_another_entity(self, cast: Cast, place: Place) -> None:
        row = merged(cast, place, kind="account", value=GHOST, record=place.case, by=cast.lead)
        with acting_as(cast.analyst), pytest.raises(NotFound):
            take_back(place.ana, row.id, by=cast.analyst)
        with acting_as(cast.lead), pytest.raises(NotFound):
            take_back(place.mail, row.id, by=cast.lead)


class TestTellApart:
    """tell_apart"""

    def test_keeps_them_from_being_merged_until_it_is_taken_back(self, cast: Cast, place: Place) -> None:
        given: dict[str, Any] = {"kind": "email", "value": MAIL, "record": place.incident, "reason": "A namesake"}
        with acting_as(cast.analyst):
            row = tell_apart(place.ana, **given, by=cast.analyst)
            assert tell_apart(place.ana, **given, by=cast.analyst).id == row.id
            with pytest.raises(Conflict):
                merge(place.ana, **given, by=cast.analyst)
            take_back(place.ana, row.id, by=cast.analyst)
            assert merge(place.ana, **given, by=cast.analyst).same

    def test_refuses_what_is_merged(self, cast: Cast, place: Place) -> None:
        merged(cast, place)
        with acting_as(cast.analyst), pytest.raises(Conflict):
            tell_apart(place.ana, kind="email", value=MAIL, record=place.incident, reason="x", by=cast.analyst)


class TestMark:
    """mark and unmark"""

    def mark(self, cast: Cast, place: Place, **other: Any) -> Marking:
        """Ana, by the analyst."""
        given = {"tlp": "amber", "record": place.incident, "reason": "Asked for", "by": cast.analyst}
        with acting_as(other.get("by", cast.analyst)):
            return mark(place.ana, **{**given, **other})

    def test_holds_the_strictest_of_all_that_are_one(self, cast: Cast, place: Place) -> None:
        merged(cast, place)
        self.mark(cast, place, pap="red")
        with acting_as(cast.analyst):
            mark(place.mail, tlp="amber+strict", record=place.incident, reason="x", by=cast.analyst)
            page = entity_page(place.ana, cast.analyst)
        assert (page.tlp, page.pap) == ("amber+strict", "red")

    def test_replaces_what_was_said_on_the_same_basis(self, cast: Cast, place: Place) -> None:
        self.mark(cast, place, tlp="red")
        self.mark(cast, place, tlp="green")
        with acting_as(cast.analyst):
            assert entity_page(place.ana, cast.analyst).tlp == "green"

    def test_is_told_to_who_sees_its_basis_only(self, cast: Cast, place: Place) -> None:
        self.mark(cast, place, tlp="red", record=place.case, by=cast.lead)
        with acting_as(cast.lead):
            assert entity_page(place.ana, cast.lead).tlp == "red"
        with acting_as(cast.analyst):
            assert entity_page(place.ana, cast.analyst).tlp is None

    def test_is_taken_off_again(self, cast: Cast, place: Place) -> None:
        row = self.mark(cast, place)
        with acting_as(cast.analyst):
            unmark(place.ana, row.id, by=cast.analyst)
            assert entity_page(place.ana, cast.analyst).tlp is None
            line = timeline(place.incident.id, by=cast.analyst).rows[0]
        assert SENTENCES[line.action](line.fields) == f"took TLP:AMBER off {ANA}"

    @pytest.mark.parametrize(
        ("field", "changed"),
        [("tlp", {"tlp": "purple"}), ("tlp", {"tlp": ""}), ("pap", {"pap": "x"}), ("reason", {"reason": ""})],
    )
    def test_refuses_what_is_no_marking(self, cast: Cast, place: Place, field: str, changed: dict[str, str]) -> None:
        with pytest.raises(Invalid) as refusal:
            self.mark(cast, place, **changed)
        assert list(refusal.value.fields) == [field]
