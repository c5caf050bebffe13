# SPDX-License-Identifier: Apache-2.0
from longwatch.integrity.findings import MOST_KEPT, Findings


class TestFindings:
    def test_count_what_they_do_not_list(self) -> None:
        found, part = Findings(), Findings()
        part.faults_of(f"Fault {n}." for n in range(MOST_KEPT + 5))
        found.fault("Another.")
        found.add(part)
        assert (len(found.faults), found.broken) == (MOST_KEPT, MOST_KEPT + 6)
