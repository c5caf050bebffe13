# SPDX-License-Identifier: Apache-2.0
"""Work that has a successor, or waits for one; what happens to it: tests/search/services/test_handing_over.py."""

from longwatch.access.leaving import HandOver


class TestHandOver:
    """HandOver"""

    def test_is_named_by_the_sort_of_work(self) -> None:
        assert str(HandOver(kind="cases")) == "cases"
