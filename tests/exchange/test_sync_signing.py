# SPDX-License-Identifier: Apache-2.0
"""How Longwatch signs in at a sender, and what people see of it."""

import pytest

from longwatch.exchange.sync_signing import shown, signed


@pytest.mark.parametrize(
    ("scheme", "user", "expected"),
    [
        ("none", "", {}), ("bearer", "", {"Authorization": "Bearer s"}),
        ("basic", "u", {"Authorization": "Basic dTpz"}),
        ("header", "X-Api-Key", {"X-Api-Key": "s"}),
    ],
)  # fmt: skip
def test_it_signs_in_as_was_chosen(scheme: str, user: str, expected: dict[str, str]) -> None:
    assert signed({}, scheme, user, "s") == expected


@pytest.mark.parametrize("scheme", ["none", "bearer", "basic", "header"])
def test_people_see_that_it_signs_in_and_not_with_what(scheme: str) -> None:
    assert shown({}, scheme, "user").keys() == signed({}, scheme, "user", "the secret").keys()
    assert "secret" not in str(shown({}, scheme, "user"))
