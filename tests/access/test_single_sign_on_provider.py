# SPDX-License-Identifier: Apache-2.0
"""An identity provider, as the operator describes it."""

from longwatch.access.single_sign_on_provider import Provider


class TestProvider:
    """Provider"""

    def test_is_trusted_with_little_unless_told_otherwise(self) -> None:
        given = Provider("corp", "Corp", "halden", frozenset({"corp.test"}))
        assert not given.creates_accounts
        assert not given.links_administrators
        assert not given.asks_second_factor
        assert given.roles == {}
