# SPDX-License-Identifier: Apache-2.0
"""The rail and the New menu: what exists and what the actor may open."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """A page the shell can lead to, and the permission it needs; none when everybody signed in may open it."""

    name: str | Promise
    route: str
    icon: str
    key: str
    permission: str
    phone: bool = False
    # Who has this permission finds it inside another place.
    unless: str = ""
    # Pages elsewhere that belong to this place.
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A place as this reader sees it."""

    name: str
    url: str
    icon: str
    key: str
    active: bool
    phone: bool
    count: int | None = None


PLACES = (
    Place(_("Board"), "incidents:board", "radar", "g b", "incident:read", phone=True),
    Place(_("Groups"), "grouping:groups", "git-merge", "g u", "signal:read", phone=True),
    Place(_("Inbox"), "intake:inbox", "inbox", "g i", "signal:read", phone=True),
    Place(_("Incidents"), "incidents:list", "siren", "g n", "incident:read", holds=("/records/incident/",)),
    # A custodian's day begins here.
    Place(_("Identities"), "intake:identities", "user", "g d", "identity:disclose", phone=True),
    Place(_("Cases"), "cases:list", "briefcase", "g c", "case:read", phone=True, holds=("/records/case/",)),
    Place(_("People & things"), "entities:list", "fingerprint-pattern", "g p", "entity:read"),
    Place(_("Search"), "search:results", "search", "g s", "search:use"),
)
ADMIN = (
    Place(
        _("Reviews"), "search:glass-reviews", "lock-open", "g r", "access:review", phone=True, holds=("/break-glass/",)
    ),
    Place(_("Hand-overs"), "hand-over:list", "user-check", "g v", "access:review", phone=True),
    Place(_("Retention"), "lifecycle:due", "calendar", "g t", "retention:manage", phone=True),
    Place(_("Subject requests"), "lifecycle:requests", "user", "g q", "privacy:subject_request"),
    Place(_("Legal holds"), "lifecycle:holds", "lock", "g h", "hold:decide"),
    Place(_("Admin"), "admin:home", "settings", "g a", "account:administer", phone=True),
    Place(
        _("Sources"),
        "intake-sources:list",
        "radio",
        "g o",
        "source:manage",
        unless="account:administer",
        holds=("/administration/health", "/administration/intelligence/", "/cases/criteria"),
    ),
    Place(
        _("Ledger"), "web:ledger", "scroll-text", "g l", "ledger:read", phone=True, holds=("/administration/integrity",)
    ),
)
# For who has no other place: a reporter.
OWN = (Place(_("My reports"), "intake:my-reports", "message-square", "g m", "", phone=True),)
NEW = (
    Place(_("Incident"), "incidents:open", "siren", "", "incident:open"),
    Place(_("Case"), "cases:open", "briefcase", "", "case:open"),
    Place(_("Report"), "intake:report", "message-square", "", ""),
)


def links(places: Iterable[Place], actor: Actor | None, path: str) -> list[Link]:
    """The places that exist and that the actor may open; nothing when nobody is signed in."""
    if actor is None:
        return []
    known = [(place, url) for place in places if _may(actor, place) and (url := _url(place.route))]
    within = {start: url for place, url in known for start in (url, *place.holds) if path.startswith(start)}
    active = within[max(within, key=len)] if within else ""
    return [Link(str(place.name), url, place.icon, place.key, url == active, place.phone) for place, url in known]


def _may(actor: Actor, place: Place) -> bool:
    return (not place.permission or actor.may(place.permission)) and not (place.unless and actor.may(place.unless))


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
