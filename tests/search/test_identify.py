# SPDX-License-Identifier: Apache-2.0
"""What a text typed in the search box could be."""

import pytest

from longwatch.core.ids import uuid7
from longwatch.entities.kinds import EntityKind
from longwatch.records.models import RecordKind
from longwatch.search.identify import candidates, is_identifier, likely_kinds, reference_kind


class TestReferenceKind:
    """reference_kind"""

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            (" inc-2026-0142 ", RecordKind.INCIDENT),
            ("CASE-7K2M-4Q", RecordKind.CASE),
            ("INC-26-1", None),
            ("door", None),
        ],
    )
    def test_says_whose_reference_it_is(self, text: str, kind: RecordKind | None) -> None:
        assert reference_kind(text) == kind


class TestLikelyKinds:
    """likely_kinds"""

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("192.0.2.7", EntityKind.IP), ("hxxps://evil[.]example/a", EntityKind.URL),
            ("a[at]b.example", EntityKind.EMAIL),
            ("d41d8cd98f00b204e9800998ecf8427e", EntityKind.FILE_HASH), ("+47 22 33 44 55", EntityKind.PHONE),
            ("evil.example", EntityKind.DOMAIN), ("Jonas Weber", EntityKind.PERSON),
        ],
    )  # fmt: skip
    def test_puts_first_what_a_text_of_this_shape_is(self, text: str, kind: EntityKind) -> None:
        assert likely_kinds(text)[0] == kind


class TestIsIdentifier:
    """is_identifier"""

    def test_is_so_for_addresses_but_not_for_names(self) -> None:
        assert (is_identifier("192.0.2.7"), is_identifier("Jonas Weber")) == (True, False)


class TestCandidates:
    """candidates"""

    def test_are_the_same_for_two_spellings(self) -> None:
        org = uuid7()
        assert candidates("EVIL.example", org) == candidates(" evil.example ", org)

    def test_differ_between_organisations(self) -> None:
        assert candidates("192.0.2.7", uuid7())[0].id != candidates("192.0.2.7", uuid7())[0].id

    def test_are_none_for_nothing_and_for_what_is_too_long(self) -> None:
        assert candidates("  ", uuid7()) == candidates("x" * 501, uuid7()) == []
