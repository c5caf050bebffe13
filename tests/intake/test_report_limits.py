# SPDX-License-Identifier: Apache-2.0
"""Limits that follow nobody."""

import pytest

from longwatch.intake.report_limits import HOUR, HourlyLimit, household


class TestHousehold:
    def test_is_the_address_itself(self) -> None:
        assert household("203.0.113.77") != household("203.0.113.78")
        assert household("::ffff:203.0.113.77") == household("203.0.113.77")

    def test_is_the_block_that_one_customer_has(self) -> None:
        assert household("2001:db8:1:1100::1") == household("2001:db8:1:11ff:ffff::2")
        assert household("2001:db8:1:1100::1") != household("2001:db8:1:1200::1")

    @pytest.mark.parametrize("address", ["", "unknown", "fe80::1%eth0"])
    def test_takes_whatever_a_server_says(self, address: str) -> None:
        assert household(address) == household(address)


class TestHourlyLimit:
    def test_counts_a_customer_and_not_each_of_their_addresses(self) -> None:
        limit = HourlyLimit(an_address=2, in_all=10)
        assert [limit.admit(f"2001:db8::{n}", 0.0) for n in range(3)] == [True, True, False]

    def test_ends_at_the_number_for_one_address_only(self) -> None:
        limit = HourlyLimit(an_address=2, in_all=10)
        assert [limit.admit("a", 0.0) for _ in range(3)] == [True, True, False]
        assert limit.admit("b", 0.0)

    def test_ends_at_the_number_for_everybody(self) -> None:
        limit = HourlyLimit(an_address=2, in_all=3)
        assert [limit.admit(str(n), 0.0) for n in range(4)] == [True, True, True, False]

    def test_forgets_every_hour(self) -> None:
        limit = HourlyLimit(an_address=1, in_all=1)
        assert limit.admit("a", 0.0)
        assert not limit.admit("a", HOUR - 1.0)
        assert limit.admit("a", HOUR + 1.0)

    def test_keeps_no_address(self) -> None:
        limit = HourlyLimit(an_address=1, in_all=1)
        limit.admit("203.0.113.77", 0.0)
        assert "203.0.113" not in repr(limit)
