# SPDX-License-Identifier: Apache-2.0
"""MISP's attribute types."""

from longwatch.enrichment.intel.attributes import kinds_of, parts
from longwatch.entities.kinds import EntityKind


class TestKindsOf:
    def test_takes_composite_types_apart(self) -> None:
        assert kinds_of(["domain|ip", "filename|md5", "no-such-type"]) == ["domain", "file_hash", "host", "ip"]

    def test_takes_hosts_and_domains_for_one_space(self) -> None:
        assert kinds_of(["hostname"]) == kinds_of(["domain"]) == ["domain", "host"]


class TestParts:
    def test_takes_the_hash_out_of_a_file(self) -> None:
        assert list(parts("filename|sha1", "a.exe|abc")) == [(EntityKind.FILE_HASH, "abc")]

    def test_takes_the_address_before_a_port(self) -> None:
        assert list(parts("ip-dst|port", "192.0.2.7|443")) == [(EntityKind.IP, "192.0.2.7")]

    def test_leaves_other_types_out(self) -> None:
        assert list(parts("yara", "rule x {}")) == []

    def test_keeps_a_bar_inside_a_url(self) -> None:
        assert list(parts("url", "http://a.example/x|y")) == [(EntityKind.URL, "http://a.example/x|y")]
