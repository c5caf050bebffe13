# SPDX-License-Identifier: Apache-2.0
"""How far things may travel."""

import pytest

from longwatch.entities.markings import Tlp, strictest_tlp
from longwatch.exchange.sharing.marking import is_above, tlp_of


class TestTlpOf:
    """tlp_of"""

    @pytest.mark.parametrize(
        ("tags", "mark"),
        [
            (["tlp:green"], Tlp.GREEN), (["TLP:AMBER+STRICT"], Tlp.AMBER_STRICT), (["tlp:white"], Tlp.CLEAR),
            (["tlp:green", "TLP:RED", "tlp:amber"], Tlp.RED), (["malware", "amber"], None), ([], None),
            (["tlp:amber_strict"], Tlp.AMBER_STRICT),
        ],
    )  # fmt: skip
    def test_is_the_strictest_of_the_markings(self, tags: list[str], mark: Tlp | None) -> None:
        assert tlp_of(tags) == mark

    def test_takes_a_marking_that_nobody_knows_for_the_strictest(self) -> None:
        assert tlp_of(["tlp:ex:chr"]) == Tlp.RED


class TestIsAbove:
    """is_above"""

    def test_holds_back_what_is_marked_more_strictly(self) -> None:
        assert [is_above(mark, Tlp.AMBER) for mark in Tlp] == [False, False, False, True, True]

    def test_lets_go_what_is_not_marked(self) -> None:
        assert not is_above(None, Tlp.CLEAR)


def test_the_strictest_of_no_markings_is_none() -> None:
    assert strictest_tlp([None, None]) is None
