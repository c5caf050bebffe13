# SPDX-License-Identifier: Apache-2.0
"""Things that compartments hold outside their records, each naming somebody."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from longwatch.access.context import acting_as
from longwatch.cases.services.criteria import Said, key_for, set_criterion
from longwatch.core import clock
from longwatch.enrichment.services.inventory import add_item
from longwatch.enrichment.services.watching import make_watchlist, watch
from longwatch.grouping.services.judging import dismiss_group
from longwatch.grouping.services.ruling import create_rule, switch_rule
from longwatch.grouping.services.teaching import teach
from longwatch.intake.services.quieting import Quiet, keep_quiet
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.intake.cast_mappings import door_mapping, make_own
from tests.intake.cast_signals import keep_unreadable, make_source
from tests.lifecycle.closed import PERSON
from tests.personas import Cast

CONDITIONS = [{"field": "title", "op": "contains", "values": [PERSON]}]


def body(cast: Cast) -> None:
    keep_unreadable(make_source(cast), cast, raw=f'{{"user": "{PERSON}", broken'.encode())


def mapping(cast: Cast) -> None:
    make_own(cast, text=door_mapping("gates").replace("Held open", f"Held open by {PERSON}"))


def identity(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        values = {"name": PERSON, "identifiers": ["email:jw@example.org"], "manager": "Eva Klein"}
        add_item("identity", values, by=cast.supervisor)


def asset(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        values = {"name": "laptop-7", "identifiers": ["host:laptop-7"], "owner": PERSON}
        add_item("asset", values, by=cast.supervisor)


def watched(cast: Cast) -> None:
    with acting_as(cast.analyst):
        until = clock.now() + timedelta(days=30)
        row = make_watchlist(name="Leavers", reason="They leave", expires_at=until, by=cast.analyst)
        watch(row.id, kind="person", value=PERSON, by=cast.analyst)


def watchlist(cast: Cast) -> None:
    with acting_as(cast.analyst):
        until = clock.now() + timedelta(days=30)
        make_watchlist(name=f"After {PERSON} left", reason="HR asked", expires_at=until, by=cast.analyst)


def grouping_rule(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        row = create_rule(
            name=f"All by {PERSON}", conditions=CONDITIONS, compartment_id=cast.signals.id, by=cast.supervisor
        )
        switch_rule(row.id, on=True, by=cast.supervisor)


def quiet_rule(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        until = clock.now() + timedelta(days=3)
        wanted = Quiet(
            name=f"{PERSON} tests", reason="Agreed", conditions=CONDITIONS, expires_at=until,
            compartment_id=cast.signals.id,
        )  # fmt: skip
        keep_quiet(wanted, by=cast.supervisor)


def criterion(cast: Cast) -> None:
    with acting_as(cast.supervisor):
        severe = [{"fact": "severity", "values": ["critical"]}]
        said = Said(name=f"About {PERSON}", proposes="case", reason="Again", conditions=severe)
        set_criterion(key_for(said.name), said, by=cast.supervisor)


def verdict(cast: Cast) -> None:
    group = make_group(cast, *make_signals(cast, "web-1", "web-1"))
    with acting_as(cast.analyst):
        dismiss_group(group.id, "benign", f"{PERSON} did that", by=cast.analyst)


def lesson(cast: Cast) -> None:
    signals = make_signals(cast, "web-1", "web-1")
    group = make_group(cast, *signals)
    with acting_as(cast.analyst):
        teach(group.id, entity_of(signals[0]), "never", f"{PERSON} scans", by=cast.analyst)


MAKES: Mapping[str, tuple[str, Callable[[Cast], None]]] = {
    "body": ("intake_delivery", body), "mapping": ("intake_mapping", mapping),
    "identity": ("enrichment_item", identity), "asset": ("enrichment_item", asset),
    "watched": ("enrichment_watch_entry", watched), "watchlist": ("enrichment_watchlist", watchlist),
    "grouping rule": ("grouping_rule", grouping_rule), "quiet rule": ("intake_suppression", quiet_rule),
    "criterion": ("cases_criterion", criterion), "verdict": ("grouping_verdict", verdict),
    "lesson": ("grouping_lesson", lesson),
}  # fmt: skip
