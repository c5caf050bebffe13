# SPDX-License-Identifier: Apache-2.0
"""What a record names that machines can look for, as a STIX 2.1 bundle. Pure functions."""

import ipaddress
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from longwatch.core.deferred import deferred
from longwatch.entities.kinds import EntityKind, Part

if TYPE_CHECKING:
    import stix2
else:
    stix2 = deferred("stix2")

HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
HEX = re.compile(r"[0-9a-f]+")
Fields = Mapping[str, Any]


def stix_bundle(
    record: Fields, record_id: str, organisation: str, named: Sequence[Fields], at: datetime
) -> bytes | None:
    """The observables with what they belong to; None when the record names nothing of the kind."""
    found = {observed.id: (observed, fields) for fields in named if (observed := observable(fields)) is not None}
    if not found:
        return None
    author = stix2.Identity(
        id=f"identity--{fixed(organisation)}", name=organisation, identity_class="organization", created=at,
        modified=at,
    )  # fmt: skip
    times = {"created": at, "modified": at, "created_by_ref": author.id}
    incident = stix2.Incident(
        id=f"incident--{fixed(record_id)}", name=f"{record['reference']} {record['title']}".strip(),
        allow_custom=False, **times,
    )  # fmt: skip
    indicators = [
        stix2.Indicator(
            id=f"indicator--{fixed(record_id + observed.id)}", name=str(fields["value"]), pattern=pattern(observed),
            pattern_type="stix", valid_from=at, indicator_types=["unknown"], **times,
        )
        for observed, fields in found.values() if fields["part"] == Part.INDICATOR
    ]  # fmt: skip
    observed = [each for each, _fields in found.values()]
    refs = [incident.id, *(each.id for each in (*observed, *indicators))]
    grouping = stix2.Grouping(
        id=f"grouping--{fixed(record_id + 'grouping')}", name=f"Named in {record['reference']}",
        context="suspicious-activity", object_refs=refs, **times,
    )  # fmt: skip
    objects = [author, incident, *observed, *indicators, grouping]
    bundle = stix2.Bundle(id=f"bundle--{fixed(record_id + 'bundle')}", objects=objects)
    return str(bundle.serialize(pretty=True)).encode() + b"\n"


def observable(fields: Fields) -> Any:
    """The cyber observable that an entity is; None for people, places and what is none after all."""
    make = _MADE.get(str(fields["kind"]))
    try:
        return make(str(fields["value"]).strip()) if make else None
    except (ValueError, stix2.exceptions.STIXError):
        return None


def pattern(observed: Any) -> str:
    """The STIX pattern that finds it."""
    if observed.type == "file":
        name, value = next(iter(observed.hashes.items()))
        return f"[file:hashes.'{name}' = '{value}']"
    value = str(observed.value).replace("\\", "\\\\").replace("'", "\\'")
    return f"[{observed.type}:value = '{value}']"


def fixed(seed: str) -> uuid.UUID:
    """The same identifier for the same thing in every bundle; STIX wants version 4 or 5 of ours."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:longwatch:{seed}")


def _ip(value: str) -> Any:
    address = ipaddress.ip_address(value)
    return stix2.IPv4Address(value=str(address)) if address.version == 4 else stix2.IPv6Address(value=str(address))


def _file(value: str) -> Any:
    text = value.lower()
    if len(text) not in HASHES or not HEX.fullmatch(text):
        return None
    return stix2.File(hashes={HASHES[len(text)]: text})


def _domain(value: str) -> Any:
    if not re.fullmatch(r"(?=.{1,253}$)[\w-]+(\.[\w-]+)+", value):
        return None
    return stix2.DomainName(value=value.lower())


def _url(value: str) -> Any:
    return stix2.URL(value=value) if re.fullmatch(r"https?://[^\s]+", value) else None


def _email(value: str) -> Any:
    return stix2.EmailAddress(value=value) if re.fullmatch(r"[^\s@\[\]]+@[^\s@\[\]]+", value) else None


_MADE: dict[str, Callable[[str], Any]] = {
    EntityKind.IP: _ip, EntityKind.DOMAIN: _domain, EntityKind.HOST: _domain, EntityKind.URL: _url,
    EntityKind.EMAIL: _email, EntityKind.FILE_HASH: _file,
}  # fmt: skip
