# SPDX-License-Identifier: Apache-2.0
"""How a value becomes a comparable key."""

import pytest

from longwatch.entities.kinds import LONGEST_VALUE, entity_key, refanged


class TestEntityKey:
    """entity_key"""

    @pytest.mark.parametrize(
        ("kind", "one", "other"),
        [
            ("person", "Jonas  WEBER ", "jonas weber"), ("person", "Zu\u0308rich", "z\u00fcrich"),
            ("ip", "2001:DB8:0::7", "2001:db8::7"),
            ("phone", "+47 (22) 33-44", "+47223344"), ("domain", "Evil.example.", "evil[.]example"),
            ("url", "hxxps://evil[.]example", "https://evil.example"), ("email", "a[at]b.example", "a@b.example"),
        ],
    )  # fmt: skip
    def test_is_the_same_for_two_spellings(self, kind: str, one: str, other: str) -> None:
        assert entity_key(kind, one) == entity_key(kind, other)

    def test_differs_between_kinds(self) -> None:
        assert entity_key("person", "x") != entity_key("account", "x")

    def test_leaves_brackets_of_names_alone(self) -> None:
        assert entity_key("person", "Smith [.] (jr)") == "person:smith [.] (jr)"

    def test_keeps_an_address_that_is_none(self) -> None:
        assert entity_key("ip", "999.1.1.1") == "ip:999.1.1.1"

    def test_is_never_longer_than_a_value_may_be(self) -> None:
        assert len(entity_key("other", "x" * 2000)) <= LONGEST_VALUE + len("other:")


class TestRefanged:
    """refanged"""

    def test_is_the_address_that_was_meant(self) -> None:
        assert refanged("hxxp://evil[.]example[:]8080") == "http://evil.example:8080"
