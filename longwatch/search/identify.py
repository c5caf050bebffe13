# SPDX-License-Identifier: Apache-2.0
"""What a text typed in the search box could be: a reference, or an identifier of somebody or something."""

import ipaddress
import re
from dataclasses import dataclass
from uuid import UUID

from longwatch.core.ids import entity_id
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key
from longwatch.records.models import RecordKind

INCIDENT = re.compile(r"INC-\d{4}-\d{4,9}", re.IGNORECASE)
CASE = re.compile(r"CASE-[0-9A-Z]{4}-[0-9A-Z]{2}", re.IGNORECASE)
PHONE = re.compile(r"\+?[\d\s()./-]{6,30}")
HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}", re.IGNORECASE)
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")
ANY_NAME = (
    EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.LOCATION, EntityKind.VEHICLE, EntityKind.ASSET,
    EntityKind.HOST, EntityKind.ACCOUNT, EntityKind.OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a text could name."""

    id: UUID
    kind: EntityKind
    value: str


def reference_kind(text: str) -> RecordKind | None:
    """Whose reference the text is, if it is one."""
    if INCIDENT.fullmatch(text.strip()):
        return RecordKind.INCIDENT
    return RecordKind.CASE if CASE.fullmatch(text.strip()) else None


def candidates(text: str, org_id: UUID) -> list[Candidate]:
    """The entities a text could name, each by the identifier that its records carry."""
    value = text.strip()
    if not value or len(value) > LONGEST_VALUE:
        return []
    keys = {kind: entity_key(kind, value) for kind in likely_kinds(value)}
    return [Candidate(entity_id(org_id, key), kind, key.partition(":")[2]) for kind, key in keys.items()]


def likely_kinds(value: str) -> tuple[EntityKind, ...]:
    """What sort of thing an identifier of this shape is; a plain name could be many."""
    plain = entity_key(EntityKind.URL, value).partition(":")[2]
    if _is_ip(plain):
        return (EntityKind.IP, EntityKind.HOST)
    if "://" in plain:
        return (EntityKind.URL,)
    if "@" in plain and " " not in plain:
        return (EntityKind.EMAIL, EntityKind.ACCOUNT)
    if HASH.fullmatch(value):
        return (EntityKind.FILE_HASH,)
    if PHONE.fullmatch(value):
        return (EntityKind.PHONE, *ANY_NAME)
    if DOMAIN.fullmatch(plain):
        return (EntityKind.DOMAIN, EntityKind.HOST, EntityKind.ACCOUNT, EntityKind.ASSET, EntityKind.OTHER)
    return ANY_NAME


def is_identifier(value: str) -> bool:
    """Whether the text can only be an identifier, so that "never seen" is an answer too."""
    return likely_kinds(value.strip())[0] in (
        EntityKind.IP, EntityKind.URL, EntityKind.EMAIL, EntityKind.FILE_HASH, EntityKind.PHONE, EntityKind.DOMAIN
    )  # fmt: skip


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
