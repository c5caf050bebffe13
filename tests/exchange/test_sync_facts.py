# SPDX-License-Identifier: Apache-2.0
"""What can be told of a signal, and where in the sender's own record it stands."""

from tests.exchange.sync_material import facts


class TestFacts:
    """Facts"""

    def test_know_what_the_sender_calls_it(self) -> None:
        assert facts().key == "A-1"
        raw = b'{"kibana.alert.rule.name": "X", "kibana.alert.uuid": "k1", "@timestamp": "2026-01-01T00:00:00Z"}'
        assert facts(raw).key == "k1"

    def test_know_no_name_of_what_cannot_be_read(self) -> None:
        assert facts(b"\xff\xfe").key == ""
        assert facts(b'{"x": 1}').key == ""

    def test_look_into_cef_too(self) -> None:
        raw = b"CEF:0|Acme|IDS|1.0|100|Port scan|5|externalId=77 src=10.0.0.1"
        assert facts(raw).text_at("ext.externalId") == "77"

    def test_look_into_json_within_syslog(self) -> None:
        raw = b'<13>Mar  1 12:00:00 host app: {"id": "s1"}'
        assert facts(raw).text_at("body.id") == "s1"

    def test_find_nothing_in_what_is_too_large(self) -> None:
        assert facts(b'{"id": "' + b"x" * 2_000_001 + b'"}').text_at("id") == ""
