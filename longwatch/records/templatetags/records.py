# SPDX-License-Identifier: Apache-2.0
"""Small words of the records' templates."""

from django import template

register = template.Library()

ENTITY_ICONS = {
    "person": "user", "organisation": "building-2", "location": "map-pin", "vehicle": "car", "asset": "package",
    "host": "monitor", "account": "key-round", "email": "mail", "phone": "phone", "ip": "network", "domain": "globe",
    "url": "link", "file_hash": "hash",
}  # fmt: skip


@register.filter
def entity_icon(kind: str) -> str:
    """The icon of a kind of entity."""
    return ENTITY_ICONS.get(kind, "tag")
