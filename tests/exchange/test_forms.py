# SPDX-License-Identifier: Apache-2.0
"""The form of an export."""

from longwatch.exchange.forms import ExportForm


class TestExportForm:
    def test_asks_about_nobody_when_nobody_is_to_choose(self) -> None:
        assert "about_id" not in ExportForm().fields

    def test_offers_the_people_of_the_record(self) -> None:
        form = ExportForm(people=[("1", "Mara Ortiz")])
        assert [label for _value, label in form.fields["about_id"].choices] == ["Choose a person", "Mara Ortiz"]  # type: ignore[attr-defined]

    def test_needs_the_person_and_says_so_when_the_bundle_is_about_one(self) -> None:
        form = ExportForm({"about_id": ""}, people=[("1", "Mara Ortiz")])
        assert form.fields["about_id"].required
        assert "Choose the person whom the bundle is about" in str(form.errors["about_id"])

    def test_needs_a_recipient_and_a_purpose(self) -> None:
        assert {"audience", "recipient", "purpose"} <= set(ExportForm({}).errors)
