# SPDX-License-Identifier: Apache-2.0
"""What leaves in a file for other tools."""

from longwatch.entities.markings import Tlp
from longwatch.exchange.sharing.parcel import Left
from tests.exchange.sharing.parcels import alert, parcel


class TestParcel:
    """Parcel"""

    def test_names_each_technique_once(self) -> None:
        twice = parcel(seen=(alert(), alert(techniques=("T1059.001", "T1105"))))
        assert twice.techniques == ("T1059.001", "TA0002", "T1105")

    def test_says_nothing_of_what_is_missing_when_it_is_whole(self) -> None:
        assert parcel(left=()).what_is_missing == ""

    def test_counts_what_is_missing(self) -> None:
        left = (Left("IP address", "203.0.113.9", Tlp.RED), Left("Alert", "A feed hit", Tlp.RED))
        expected = "2 items are not in this file: marked more strictly than TLP:AMBER."
        assert parcel(left=left).what_is_missing == expected

    def test_marks_what_has_no_marking_with_its_own(self) -> None:
        assert (parcel().mark_of(None), parcel().mark_of(Tlp.CLEAR)) == (Tlp.AMBER, Tlp.CLEAR)
