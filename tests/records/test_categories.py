# SPDX-License-Identifier: Apache-2.0
"""The categories of incidents."""

from longwatch.records.categories import ALL, UNCLASSIFIED, Visibility, category_of, grouped_choices


class TestCategoryOf:
    """category_of"""

    def test_finds_each_by_its_code(self) -> None:
        assert [category_of(each.code) for each in ALL] == list(ALL)

    def test_takes_an_unknown_code_for_not_yet_classified(self) -> None:
        assert category_of("XX-99") is UNCLASSIFIED


class TestCategory:
    """Category"""

    def test_starts_restricted_when_only_named_people_read_it(self) -> None:
        assert {each.restricted for each in ALL if each.visibility is Visibility.NAMED} == {True}
        assert {each.restricted for each in ALL if each.visibility is not Visibility.NAMED} == {False}


class TestGroupedChoices:
    """grouped_choices"""

    def test_offers_each_category_once(self) -> None:
        codes = [code for _group, choices in grouped_choices() for code, _words in choices]
        assert sorted(codes) == sorted(each.code for each in ALL)
