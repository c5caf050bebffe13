# SPDX-License-Identifier: Apache-2.0
"""How the installation is doing, in numbers."""

from longwatch.access.context import acting_as
from longwatch.config.gauges import ABOUT, Gauge, exposition, gauges
from longwatch.exchange.services.subscribing import subscribe
from tests.enrichment.cast_feeds import make_feed
from tests.enrichment.test_feed_views import fail
from tests.intake.cast_signals import keep_unreadable, make_poll, make_source, send
from tests.personas import Cast


def value(name: str, label: str = "") -> float:
    return {(each.name, each.label): each.value for each in gauges()}[name, label]


class TestGauges:
    """gauges"""

    def test_count_what_waits_and_what_could_not_be_read(self, cast: Cast) -> None:
        source = make_source(cast)
        send(source, cast)
        keep_unreadable(source, cast)
        assert value("unsettled_signals") >= 1
        assert value("unread_deliveries") >= 1

    def test_tell_for_each_source_when_it_was_heard(self, cast: Cast) -> None:
        source = make_source(cast)
        assert value("source_heard_seconds", f"{cast.organisation.slug}/{source.slug}") >= 0

    def test_count_webhooks_out(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            subscribe(
                label="SOAR", url="https://soar.example.org/x", patterns=["*"], by=cast.administrator,
                account_id=cast.accounts["integration"].id,
            )  # fmt: skip
        assert value("webhooks", "active") >= 1

    def test_count_feeds_and_connections_to_tools(self, cast: Cast) -> None:
        make_feed(cast)
        fail(make_feed(cast, label="Bad"))
        make_feed(cast, label="Off", enabled=False)
        make_poll(make_source(cast), cast)
        assert [value("feeds", state) for state in ("active", "failing", "paused")] == [1, 1, 1]
        assert value("polls", "active") == 1

    def test_are_all_explained_and_name_nobody(self, cast: Cast) -> None:
        found = gauges()
        assert {each.name for each in found} <= set(ABOUT)
        assert not [each for each in found if "@" in each.label or cast.accounts["analyst"].name in each.label]


class TestExposition:
    """exposition"""

    def test_writes_counters_gauges_and_labels_as_prometheus_reads_them(self) -> None:
        text = exposition([Gauge("ledger_entries_sealed", 12), Gauge("jobs", 3, "todo"), Gauge("jobs", 0, 'a"b\\')])
        assert text == (
            "# HELP longwatch_ledger_entries_sealed_total Entries that have their place in the tree.\n"
            "# TYPE longwatch_ledger_entries_sealed_total counter\n"
            "longwatch_ledger_entries_sealed_total 12\n"
            "# HELP longwatch_jobs Jobs by what is with them.\n"
            "# TYPE longwatch_jobs gauge\n"
            'longwatch_jobs{status="todo"} 3\n'
            'longwatch_jobs{status="a\\"b\\\\"} 0\n'
        )
