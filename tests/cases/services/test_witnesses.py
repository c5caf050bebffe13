# SPDX-License-Identifier: Apache-2.0
"""Witnesses have pseudonyms in a case; the key and the contacts are inside."""

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Compartment
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services.sections import open_section
from longwatch.cases.services.witnesses import add_witness, masked, show_contact, witnesses
from longwatch.core.errors import Invalid, NotFound
from longwatch.ledger.models import LedgerDetail
from tests.cases.material import last_actions
from tests.personas import Cast


@pytest.fixture
def section(case: Case, cast: Cast) -> Compartment:
    """The lead's witness section."""
    with acting_as(cast.lead):
        return open_section(case.id, section="witness", name="Witness W1", by=cast.lead)


class TestAddWitness:
    def test_the_case_names_the_pseudonym_and_the_key_the_person(
        self, case: Case, section: Compartment, cast: Cast
    ) -> None:
        with acting_as(cast.lead):
            add_witness(case.id, section.id, name="Wanda Window", contact="+49 30 1234", by=cast.lead)
            assert [(row.pseudonym, row.name) for row in witnesses(section.id)] == [("W1", "Wanda Window")]
        with acting_as(cast.supervisor):
            assert [(m.value, m.part) for m in selectors.named_in([case.id])] == [("W1", "witness")]
            assert witnesses(section.id) == []

    def test_numbers_go_on_across_sections(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            add_witness(case.id, section.id, name="Wanda", by=cast.lead)
        with acting_as(cast.supervisor):
            other = open_section(case.id, section="witness", name="Witness W2", by=cast.supervisor)
            assert add_witness(case.id, other.id, name="Walt", by=cast.supervisor).pseudonym == "W2"

    def test_the_ledger_does_not_tell_the_name_in_the_open(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            add_witness(case.id, section.id, name="Wanda Window", contact="+49 30 1234", by=cast.lead)
        with acting_as(cast.supervisor):
            told = repr(list(LedgerDetail.objects.values_list("fields", flat=True)))
        assert "Wanda" not in told
        assert "1234" not in told

    def test_needs_a_name_and_a_witness_section(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            with pytest.raises(Invalid):
                add_witness(case.id, section.id, name=" ", by=cast.lead)
            with pytest.raises(NotFound):
                add_witness(case.id, case.compartment_id, name="x", by=cast.lead)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            add_witness(case.id, section.id, name="x", by=cast.supervisor)


class TestContact:
    def test_is_masked_until_somebody_says_why_they_look(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            row = add_witness(case.id, section.id, name="Wanda", contact="+49 30 1234", by=cast.lead)
            with pytest.raises(Invalid):
                show_contact(case.id, section.id, row.id, reason="", by=cast.lead)
            shown = show_contact(case.id, section.id, row.id, reason="To set a date", by=cast.lead)
            assert (masked(row.contact), masked(""), shown.contact) == ("••••••", "", "+49 30 1234")
            assert last_actions(case.id) == ["witness.contact_shown"]

    def test_is_not_there_from_outside(self, case: Case, section: Compartment, cast: Cast) -> None:
        with acting_as(cast.lead):
            row = add_witness(case.id, section.id, name="Wanda", contact="x", by=cast.lead)
            with pytest.raises(NotFound):
                show_contact(case.id, section.id, case.id, reason="x", by=cast.lead)
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            show_contact(case.id, section.id, row.id, reason="x", by=cast.supervisor)
