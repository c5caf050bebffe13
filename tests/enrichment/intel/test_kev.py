# SPDX-License-Identifier: Apache-2.0
"""The catalogue of exploited vulnerabilities."""

from datetime import date

from longwatch.enrichment.intel.kev import is_kev, read_kev
from tests.enrichment.intel_files import KEV


class TestReadKev:
    def test_reads_each_vulnerability_with_what_is_said_about_it(self) -> None:
        read = read_kev(KEV)
        assert (read.edition, read.dated, len(read.entries)) == ("2026.01.05", date(2026, 1, 5), 2)
        about = read.entries[0].about or {}
        assert read.entries[0].key == "cve-2021-44228"
        assert (about["product"], about["due"], about["ransomware"]) == ("Apache Log4j2", "2021-12-24", True)
        assert (read.entries[1].about or {})["ransomware"] is False

    def test_leaves_out_what_has_no_number(self) -> None:
        read = read_kev(KEV | {"vulnerabilities": [{}, "x", {"cveID": "none"}]})
        assert (read.entries, read.skipped) == ([], 2)

    def test_knows_it_by_its_keys(self) -> None:
        assert is_kev(KEV)
        assert not is_kev({"vulnerabilities": []})
