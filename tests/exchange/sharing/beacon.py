# SPDX-License-Identifier: Apache-2.0
"""An incident from alerts that came in by the front door."""

from typing import Any

from longwatch.access.context import acting_as
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents import selectors as incident_selectors
from longwatch.incidents.services.opening import open_incident
from longwatch.records.reference import RecordRef
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

BEACON: dict[str, Any] = {
    "title": "Beacon to 192.0.2.7", "severity": "high", "techniques": ["T1071.001"], "tags": ["tlp:green"],
    "entities": [
        {"kind": "ip", "value": "192.0.2.7", "part": "indicator"}, {"kind": "host", "value": "ws-042.halden.example"},
        {"kind": "account", "value": "mmuster"},
    ],
}  # fmt: skip
SECRET: dict[str, Any] = {
    "title": "Partner feed hit", "tags": ["tlp:red"],
    "entities": [{"kind": "domain", "value": "secret.example", "part": "indicator"}],
}  # fmt: skip


def a_beacon(cast: Cast) -> RecordRef:
    """An incident that two alerts led to, with people and things of its own."""
    source = make_source(cast)
    ids = [send(source, cast, **fields).signal_id for fields in (BEACON, SECRET)]
    by = cast.supervisor
    with acting_as(by):
        incident = open_incident(title="Maria Muster's laptop calls out", category="CY-01", signal_ids=ids, by=by)
        found = incident_selectors.incident_ref(incident)
        add_mention(found, kind="person", value="Maria Muster", part="affected", by=by)
        link = {"kind": "url", "value": "https://evil.example/x", "part": "indicator"}
        add_mention(found, **link, note="From Maria Muster", by=by)
    return found
