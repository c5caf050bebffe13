# SPDX-License-Identifier: Apache-2.0
"""What people type about sections and what goes out of them."""

from uuid import uuid4

from longwatch.access.models import Section
from longwatch.cases.section_forms import OpenSectionForm, PublishForm, WhyForm
from longwatch.incidents.models import NoticeKind
from longwatch.incidents.services.notices import Target


class TestForms:
    def test_publishing_offers_open_incidents_with_their_readers(self) -> None:
        here = Target(uuid4(), uuid4(), uuid4(), "INC-2026-0001", False, ("responder", "Leo Lead"))
        gone = Target(uuid4(), uuid4(), uuid4(), "INC-2026-0002", True)
        form = PublishForm(kinds=[NoticeKind.NEED], targets=[here, gone])
        assert form.fields["incident"].choices == [(str(here.id), "INC-2026-0001")]  # type: ignore[attr-defined]
        assert form.fields["incident"].help_text == "INC-2026-0001 is read by Responder, Leo Lead."

    def test_opening_offers_oneself_first(self) -> None:
        form = OpenSectionForm({"section": "hr"}, sections=[Section.HR], people=[("1", "Hanna")])
        assert form.is_valid()
        assert form.fields["first_member"].choices[0] == ("", "Me")  # type: ignore[attr-defined]

    def test_a_reason_is_asked_for_in_its_own_words(self) -> None:
        form = WhyForm({"reason": ""}, label="Why?")
        assert form.errors == {"reason": ["Write a reason."]}
        assert form.fields["reason"].label == "Why?"
