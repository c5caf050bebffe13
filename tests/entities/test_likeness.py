# SPDX-License-Identifier: Apache-2.0
"""Which entities are likely the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.entities.kinds import EntityKind
from longwatch.entities.likeness import Why, alike, spellings, words_for

KINDS = st.sampled_from(EntityKind.values)


class TestSpellings:
    @pytest.mark.parametrize(
        ("kind", "value", "other"),
        [("host", "WEB1.halden.example", ("host", "web1")), ("email", "ana@halden.example", ("account", "ana")),
         ("account", "HALDEN\\ana", ("account", "ana")), ("phone", "+49 30 1234", ("phone", "0049301234")),
         ("ip", "192.0.2.7", ("host", "192.0.2.7")), ("host", "web1", ("asset", "web1")),
         ("email", "ana@halden.example", ("account", "halden\\ana"))],
    )  # fmt: skip
    def test_name_what_else_it_could_be_called(self, kind: str, value: str, other: tuple[str, str]) -> None:
        assert other in [(str(each), text) for each, text, _why in spellings(kind, value)]

    @given(KINDS, st.text(max_size=80))
    def test_are_few_whatever_it_is(self, kind: str, value: str) -> None:
        assert len(list(spellings(kind, value))) <= 8


class TestAlike:
    @pytest.mark.parametrize(
        ("one", "other", "why"),
        [(("person", "Ana Keller"), ("person", "Keller, Ana"), Why.ORDER),
         (("person", "Ana Keller"), ("person", "A. Keller"), Why.ORDER),
         (("person", "Ana Keller"), ("person", "Anna Keller"), Why.SPELLING),
         (("person", "José Álvarez"), ("person", "Jose Alvarez"), Why.ORDER),
         (("person", "Ana Keller"), ("email", "ana.keller@halden.example"), Why.ADDRESS),
         (("account", "a.keller"), ("person", "Ana Keller"), Why.ADDRESS)],
    )  # fmt: skip
    def test_says_why(self, one: tuple[str, str], other: tuple[str, str], why: Why) -> None:
        assert alike(*one, *other) == why
        assert alike(*other, *one) == why

    @pytest.mark.parametrize(
        ("one", "other"),
        [(("person", "Ana Keller"), ("person", "Ana Miller")), (("person", "A. K."), ("person", "Ana Keller")),
         (("person", "Ana"), ("email", "ana@halden.example")), (("host", "web1"), ("person", "web1")),
         (("email", "ana.keller@a.example"), ("email", "ana.keller@b.example")),
         (("person", "Ana Keller"), ("organisation", "Ana Keller")), (("person", ""), ("person", ""))],
    )  # fmt: skip
    def test_takes_nothing_for_alike_that_is_not(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        assert alike(*one, *other) is None

    @given(KINDS, st.text(max_size=60), KINDS, st.text(max_size=60))
    def test_takes_any_text_and_is_the_same_from_both_sides(
        self, kind: str, value: str, other_kind: str, other: str
    ) -> None:
        assert (alike(kind, value, other_kind, other) is None) == (alike(other_kind, other, kind, value) is None)


class TestWords:
    def test_are_those_of_a_name_or_an_address(self) -> None:
        assert words_for("email", "ana.keller@halden.example") == ["ana", "keller"]
        assert words_for("person", "A. Keller") == ["keller"]
        assert words_for("ip", "192.0.2.7") == []
