# SPDX-License-Identifier: Apache-2.0
"""TLP and PAP."""

from longwatch.entities.markings import Pap, Tlp, strictest_pap, strictest_tlp


class TestStrictest:
    def test_is_the_one_that_lets_fewest_know(self) -> None:
        assert strictest_tlp(["green", "amber+strict", "amber"]) == Tlp.AMBER_STRICT
        assert strictest_tlp(["clear", "red"]) == Tlp.RED

    def test_is_the_one_that_lets_least_be_done(self) -> None:
        assert strictest_pap(["", "amber", "green"]) == Pap.AMBER

    def test_is_nothing_when_nothing_marks_it(self) -> None:
        assert strictest_tlp([""]) is None
        assert strictest_pap([]) is None
