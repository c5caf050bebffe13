# SPDX-License-Identifier: Apache-2.0
"""A parcel as a STIX 2.1 bundle. Pure functions.

Identifiers are the same in every bundle of the same thing, so that a platform that reads two of them joins them.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from longwatch.core.deferred import deferred
from longwatch.entities.markings import Tlp
from longwatch.exchange.observables import fixed, observable, pattern
from longwatch.exchange.sharing.parcel import Parcel, Seen, Thing

if TYPE_CHECKING:
    import stix2
else:
    stix2 = deferred("stix2")

# As OASIS publishes them (cti-stix-common-objects): programs know these markings by their identifiers.
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_SINCE = "2022-10-01T00:00:00.000Z"
MARKINGS = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# The extension by which an incident says more than its name.
INCIDENT_CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
FALSE_ALARMS = frozenset({"false_positive", "benign", "no_threat", "unfounded", "drill"})
STATES = {"reported": "new", "open": "new", "closed": "closed", "merged": "closed"}
MOST_OBSERVED = 999_999_999


def stix_file(parcel: Parcel) -> bytes:
    """The record with what it names, what was observed of it, what to look for, and the techniques it shows."""
    return _Bundle(parcel).bytes()


class _Bundle:
    """One bundle while it is put together."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.author = stix2.Identity(
            id=f"identity--{fixed(parcel.organisation)}", name=parcel.organisation, identity_class="organization",
            created=parcel.organisation_since, modified=parcel.organisation_since,
        )  # fmt: skip
        self.times = {
            "created": parcel.opened_at, "modified": max(parcel.made_at, parcel.opened_at),
            "created_by_ref": self.author.id,
        }  # fmt: skip
        self.observed = {each.key: found for each in parcel.things if (found := self._observable(each)) is not None}
        self.incident = self._incident()

    def bytes(self) -> bytes:
        """The whole bundle."""
        sightings = {each.id: self._sighting(each) for each in self.parcel.seen}
        sightings = {key: found for key, found in sightings.items() if found is not None}
        indicators = [
            self._indicator(each) for each in self.parcel.things if each.is_indicator and each.key in self.observed
        ]
        techniques = [self._technique(each) for each in self.parcel.techniques]
        content = [self.incident, *_each_once(self.observed.values()), *sightings.values(), *indicators, *techniques]
        content += self._relations(sightings, indicators, techniques)
        grouping = stix2.Grouping(
            id=f"grouping--{self._fixed('grouping')}", name=f"Named in {self.parcel.reference}",
            description=self.parcel.what_is_missing or None, context="suspicious-activity",
            object_refs=[each.id for each in content], **self._mark(None), **self.times,
        )  # fmt: skip
        used = [mark for mark in Tlp if any(MARKINGS[mark] in _marks(each) for each in (*content, grouping))]
        objects = [self.author, *(_marking(each) for each in used), *content, grouping]
        bundle = stix2.Bundle(id=f"bundle--{self._fixed('bundle')}", objects=objects, allow_custom=True)
        return str(bundle.serialize(pretty=True)).encode() + b"\n"

    def _fixed(self, seed: str) -> object:
        return fixed(f"{self.parcel.record_id}{seed}")

    def _mark(self, mark: Tlp | None) -> dict[str, Any]:
        return {"object_marking_refs": [MARKINGS[self.parcel.mark_of(mark)]]}

    def _observable(self, thing: Thing) -> Any:
        found = observable({"kind": thing.kind, "value": thing.value})
        return None if found is None else type(found)(**{**found, **self._mark(thing.tlp)})

    def _incident(self) -> Any:
        parcel = self.parcel
        wrong = parcel.disposition in FALSE_ALARMS
        told = {
            "extension_type": "property-extension",
            "determination": "false-positive" if wrong else "suspected",
            "investigation_status": STATES.get(parcel.status, "open"),
        }  # fmt: skip
        return stix2.Incident(
            id=f"incident--{fixed(str(parcel.record_id))}", name=parcel.name, description=parcel.summary or None,
            labels=[f"severity:{parcel.severity.word}"], extensions={INCIDENT_CORE: told},
            external_references=[{"source_name": "longwatch", "external_id": parcel.reference}],
            **self._mark(None), **self.times,
        )  # fmt: skip

    def _sighting(self, alert: Seen) -> Any:
        refs = list(dict.fromkeys(self.observed[key].id for key in alert.names if key in self.observed))
        if not refs:
            return None
        return stix2.ObservedData(
            id=f"observed-data--{fixed(alert.id)}", first_observed=alert.first_seen, last_observed=alert.last_seen,
            number_observed=min(max(alert.count, 1), MOST_OBSERVED), object_refs=refs,
            labels=[f"severity:{alert.severity.word}"],
            external_references=[
                {"source_name": alert.source, "description": alert.title, "external_id": alert.rule or alert.id}
            ],
            **self._mark(alert.tlp), **self.times,
        )  # fmt: skip

    def _indicator(self, thing: Thing) -> Any:
        found = self.observed[thing.key]
        return stix2.Indicator(
            id=f"indicator--{self._fixed(found.id)}", name=thing.value, description=thing.note or None,
            pattern=pattern(found), pattern_type="stix", indicator_types=["malicious-activity"],
            valid_from=thing.first_seen or self.parcel.opened_at, **self._mark(thing.tlp), **self.times,
        )  # fmt: skip

    def _technique(self, identifier: str) -> Any:
        where = "tactics" if identifier.startswith("TA") else "techniques"
        return stix2.AttackPattern(
            id=f"attack-pattern--{fixed(identifier)}", name=identifier,
            external_references=[
                {
                    "source_name": "mitre-attack", "external_id": identifier,
                    "url": f"https://attack.mitre.org/{where}/{identifier.replace('.', '/')}",
                }
            ],
            **self._mark(None), **self.times,
        )  # fmt: skip

    def _relations(
        self, sightings: Mapping[str, Any], indicators: Iterable[Any], techniques: Iterable[Any]
    ) -> Iterable[Any]:
        by_thing = {found.id: key for key, found in self.observed.items()}
        indicated = {each.pattern: each for each in indicators}
        for alert in self.parcel.seen:
            seen = sightings.get(alert.id)
            if seen is None:
                continue
            yield self._relation(self.incident, "related-to", seen, alert.tlp)
            for ref in seen.object_refs:
                indicator = indicated.get(pattern(self.observed[by_thing[ref]]))
                if indicator is not None:
                    yield self._relation(indicator, "based-on", seen, alert.tlp)
        for each in (*indicated.values(), *techniques):
            yield self._relation(self.incident, "related-to", each, None)

    def _relation(self, source: Any, kind: str, target: Any, mark: Tlp | None) -> Any:
        return stix2.Relationship(
            id=f"relationship--{fixed(source.id + kind + target.id)}", relationship_type=kind, source_ref=source.id,
            target_ref=target.id, **self._mark(mark), **self.times,
        )  # fmt: skip


def _marking(mark: Tlp) -> Any:
    told = {
        "type": "marking-definition", "spec_version": "2.1", "id": MARKINGS[mark], "created": TLP_SINCE,
        "name": mark.label,
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": mark.value}},
    }  # fmt: skip
    return stix2.parse(told, allow_custom=True)


def _marks(each: Any) -> list[str]:
    return [str(ref) for ref in each.get("object_marking_refs", [])]


def _each_once(found: Iterable[Any]) -> list[Any]:
    return list({each.id: each for each in found}.values())
