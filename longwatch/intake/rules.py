# SPDX-License-Identifier: Apache-2.0
"""Pure rules of intake: which arrivals are the same signal."""

import hashlib
from collections.abc import Sequence
from typing import get_args
from uuid import UUID

import msgspec

from longwatch.entities.kinds import entity_key
from longwatch.intake.submission import EntityKindName, SignalIn

# Signal fields that a source's template may name; any other name is taken as a kind of entity.
TEMPLATE_FIELDS = frozenset({"rule", "title", "place", "kind"})
ENTITY_KINDS = frozenset(get_args(EntityKindName))


def dedup_key(source_id: UUID, signal: SignalIn, template: Sequence[str], raw: bytes) -> bytes:
    """The 32 bytes under which repeats of this signal count up.

    The sender's own key wins; then the source's template; then rule and first entity together; what has neither
    repeats only by the same bytes. A title or a rule alone never makes two arrivals the same.
    """
    if signal.dedup_key:
        return _key(source_id, "key", [signal.dedup_key])
    if template and any(values := [_value(signal, name) for name in template]):
        return _key(source_id, "template", values)
    if signal.rule and signal.entities:
        first = signal.entities[0]
        return _key(source_id, "rule", [signal.rule, entity_key(first.kind, first.value)])
    return hashlib.sha256(source_id.bytes + b"raw" + raw).digest()


def unknown_fields(template: Sequence[str]) -> list[str]:
    """The names in a template that are neither a field nor a kind of entity."""
    return [name for name in template if name not in TEMPLATE_FIELDS and name not in ENTITY_KINDS]


def _value(signal: SignalIn, name: str) -> str | list[str]:
    if name in TEMPLATE_FIELDS:
        return str(getattr(signal, name) or "")
    return sorted(entity_key(each.kind, each.value) for each in signal.entities if each.kind == name)


def _key(source_id: UUID, how: str, values: Sequence[object]) -> bytes:
    # JSON keeps the borders between values: ["a", "b"] and ["ab"] differ.
    return hashlib.sha256(source_id.bytes + msgspec.json.encode([how, *values])).digest()
