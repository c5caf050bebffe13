# SPDX-License-Identifier: Apache-2.0
"""In which forms a thing is looked up."""

import pytest

from longwatch.core.ids import uuid7
from longwatch.enrichment.asking import MOST_THINGS, Key, Question, Thing, host_of, inventory_keys, keys_of, things_of


class TestThingsOf:
    def test_takes_entities_techniques_vulnerabilities_and_names(self) -> None:
        found = things_of(
            [{"kind": "ip", "value": "192.0.2.7"}], ["t1059"], ['misp-galaxy:threat-actor="Heron"', "cve-2020-0001"],
            "Log4j (CVE-2021-44228)",
        )  # fmt: skip
        assert [(each.kind, each.value) for each in found] == [
            ("ip", "192.0.2.7"), ("technique", "T1059"), ("cve", "CVE-2020-0001"), ("cve", "CVE-2021-44228"),
            ("name", "Heron"),
        ]  # fmt: skip

    def test_takes_each_once_and_not_without_number(self) -> None:
        many = [{"kind": "ip", "value": f"192.0.{n // 200}.{n % 200}"} for n in range(900)]
        assert len(things_of(many + many, [], [], "")) == MOST_THINGS


class TestKeysOf:
    def test_asks_for_a_name_and_all_above_it(self) -> None:
        assert list(keys_of(Thing("domain", "a.Bad[.]example"))) == [
            Key("domain", "exact", "a.bad.example"), Key("domain", "host", "a.bad.example"),
            Key("domain", "host", "bad.example"), Key("domain", "host", "example"),
            Key("domain", "exact", "a.bad.example"),
        ]  # fmt: skip

    def test_asks_for_the_networks_of_an_address(self) -> None:
        assert list(keys_of(Thing("ip", "192.0.2.7"))) == [Key("ip", "network", "192.0.2.7")]

    @pytest.mark.parametrize("value", ["x", "", "300.1.1.1"])
    def test_asks_nothing_of_an_address_that_is_none(self, value: str) -> None:
        assert list(keys_of(Thing("ip", value))) == []

    def test_asks_for_the_place_of_a_url(self) -> None:
        assert Key("url", "network", "192.0.2.7") in keys_of(Thing("url", "http://192.0.2.7:8080/x"))
        assert Key("url", "host", "bad.example") in keys_of(Thing("url", "https://www.bad.example/x"))

    def test_asks_for_the_domain_of_a_mail_address(self) -> None:
        assert Key("email", "host", "bad.example") in keys_of(Thing("email", "who@bad.example"))


class TestInventoryKeys:
    def test_asks_for_a_machine_by_either_word(self) -> None:
        assert inventory_keys(Thing("host", "WEB1")) == ["asset:web1", "domain:web1", "host:web1"]

    def test_asks_for_an_account_without_its_domain(self) -> None:
        assert "account:ana" in inventory_keys(Thing("account", "CORP\\ana"))


class TestHostOf:
    @pytest.mark.parametrize(
        ("url", "host"),
        [("http://a.example:80/x", "a.example"), ("a.example/x", "a.example"), ("http://[::1", ""), ("", "")],
    )
    def test_is_the_name_between_scheme_and_path(self, url: str, host: str) -> None:
        assert host_of(url) == host


class TestQuestion:
    def test_is_the_same_question_only_about_the_same_things(self) -> None:
        org, place = uuid7(), uuid7()
        first = Question(uuid7(), org, place, 2, [Thing("ip", "192.0.2.7")])
        second = Question(uuid7(), org, place, 2, [Thing("ip", "192.0.2.7")])
        other = Question(uuid7(), org, place, 2, [Thing("ip", "192.0.2.8")])
        assert first.digest("x") == second.digest("x")
        assert len({first.digest("x"), first.digest("y"), other.digest("x"), first.digest("\ud800")}) == 4

    def test_names_a_thing_as_other_signals_do(self) -> None:
        question = Question(uuid7(), uuid7(), uuid7(), 2)
        assert question.entity(Thing("ip", "192.0.2.7")) == question.entity(Thing("ip", " 192.0.2.7"))
