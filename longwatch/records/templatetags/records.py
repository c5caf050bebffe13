# SPDX-License-Identifier: Apache-2.0
"""Small words of the records' templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from longwatch.access.models import Section
from longwatch.access.sections import is_excluded_from_exports, is_inner, tint_of
from longwatch.web.templatetags.longwatch import icon

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


@register.filter
def section_class(section: str) -> str:
    """The classes that tint a line of an inner section, and keep it off paper where it never leaves."""
    if not is_inner(section or ""):
        return ""
    kept = " never-printed" if is_excluded_from_exports(section) else ""
    return f" in-compartment compartment-{tint_of(section)}{kept}"


@register.filter
def never_leaves(section: str) -> bool:
    """Whether nothing of the section goes onto paper."""
    return is_excluded_from_exports(section or "")


@register.simple_tag
def section_mark(section: str, name: str = "") -> SafeString:
    """The quiet label of an inner section; nothing for the core."""
    if not is_inner(section or ""):
        return mark_safe("")
    label = name if section == Section.WITNESS and name else Section(section).label
    return format_html('<span class="compartment compartment-{}">{}{}</span>', tint_of(section), icon("lock"), label)
