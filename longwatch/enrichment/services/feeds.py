# SPDX-License-Identifier: Apache-2.0
"""Feeds: setting one up, trying it, changing it, fetching now, ending it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.hiding import hide, reveal
from longwatch.core.outbound import Trust, Unreachable, target_of
from longwatch.enrichment.feed_events import FeedChanged, FeedClosed, FeedOpened
from longwatch.enrichment.feed_models import HOUR, INDICATORS, Feed, feed_purpose
from longwatch.enrichment.feeds.asking import Budget
from longwatch.enrichment.feeds.kinds import KINDS, usable
from longwatch.enrichment.models import Dataset
from longwatch.intake.polling.asking import Wanted
from longwatch.intake.services.polls import Fetching, faults_of

INTERVAL_SECONDS = range(300, 604_800 + 1)
LONGEST_LIST = 100
MOST_OPEN = 50
WRONG = "It cannot be set up like this."
SET = (
    "label", "kind", "url", "scheme", "user", "authorities", "verified", "settings", "interval_seconds", "enabled",
)  # fmt: skip
_AGAIN = """
insert into enrichment_feed_state (feed_id, org_id) values (%s, %s)
on conflict (feed_id) do update set next_at = clock_timestamp(), failures = 0
"""
_ANEW = "update enrichment_feed_state set cursor = '{}' where feed_id = %s"
_RESTAMP = "update enrichment_feed_object set stamp = '' where feed_id = %s"
# As longwatch.enrichment.feeds.storing: a portion that is being stored is waited for.
_BEGIN = "insert into enrichment_feed_state (feed_id, org_id) values (%s, %s) on conflict do nothing"
_HOLD = "select 1 from enrichment_feed_state where feed_id = %s for update"
_FORGET = "delete from enrichment_feed_object where feed_id = %s"


@dataclass(frozen=True)
class Feeding:
    """What is set of a feed; an empty secret keeps the one that there is, an empty list name means the label."""

    label: str
    kind: str
    url: str
    scheme: str = "none"
    user: str = ""
    secret: str = ""
    authorities: str = ""
    verified: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    interval_seconds: int = HOUR
    enabled: bool = True
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class FeedTried:
    """What came of trying a feed."""

    works: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class FeedTrial:
    """A feed that is about to be tried. It needs no database, and must not keep a transaction open."""

    asked: Wanted = field(repr=False)

    def ask(self) -> FeedTried:
        """Whether it could be fetched like this, and what there is; nothing is stored."""
        try:
            return FeedTried(True, KINDS[self.asked.kind].connector(self.asked, Budget()).test())
        except Unreachable as refusal:
            return FeedTried(False, refusal.sentence)


@transaction.atomic
def open_feed(wanted: Feeding, *, by: Actor) -> Feed:
    """Begin to fetch a list; the first turn is within seconds."""
    require(by, Permission.SOURCE_MANAGE)
    settings = _usable(wanted, known_secret="")
    name = wanted.list_name.strip() or wanted.label.strip()
    _refuse_list(name, str(settings.get("holds") or INDICATORS), by)
    feed = Feed(
        org_id=by.org_id, label=wanted.label.strip(), kind=wanted.kind, list_name=name, url=wanted.url,
        scheme=wanted.scheme, user=wanted.user, authorities=wanted.authorities.strip(), verified=wanted.verified,
        settings=settings, interval_seconds=wanted.interval_seconds, enabled=wanted.enabled,
    )  # fmt: skip
    feed.wrapped = hide(wanted.secret, feed_purpose(feed.id)) if wanted.secret else ""
    event = FeedOpened(
        subject_id=feed.id, label=feed.label, kind=feed.kind, url=target_of(feed.url).shown, dataset=feed.list_name
    )
    return ledger.record_created(event, by=by, row=feed)


@transaction.atomic
def change_feed(feed_id: UUID, wanted: Feeding, *, expected_version: int | None = None, by: Actor) -> Feed:
    """Fetch otherwise from now on; refuses one that has ended. Another address needs its secret again."""
    feed = _locked(feed_id, expected_version, by)
    if "holds" in KINDS[feed.kind].settings and wanted.kind == feed.kind:
        wanted = replace(wanted, settings={"holds": feed.holds, **wanted.settings})
    moved = target_of(wanted.url) != target_of(feed.url)
    # A secret goes nowhere that it was not entered for.
    settings = _usable(wanted, known_secret="" if moved else feed.wrapped)
    if (settings.get("holds") or INDICATORS) != feed.holds:
        raise Invalid(WRONG, fields={"holds": "What it holds stays. End it, and set up another feed."})
    values: dict[str, Any] = {name: getattr(wanted, name) for name in SET} | {
        "label": wanted.label.strip(), "authorities": wanted.authorities.strip(), "settings": settings,
    }  # fmt: skip
    if wanted.secret or wanted.scheme == "none":
        values["wrapped"] = hide(wanted.secret, feed_purpose(feed.id)) if wanted.secret else ""
    changed = sorted(name for name, value in values.items() if getattr(feed, name) != value)
    if not changed:
        return feed
    begins_anew = moved or wanted.kind != feed.kind or settings != feed.settings
    for name in changed:
        setattr(feed, name, values[name])
    event = FeedChanged(
        subject_id=feed.id, label=feed.label, url=target_of(feed.url).shown,
        changed=["secret" if name == "wrapped" else name for name in changed],
    )  # fmt: skip
    feed = ledger.record(event, by=by, row=feed, fields=changed)
    _look_again(feed, begins_anew=begins_anew)
    return feed


@transaction.atomic
def fetch_now(feed_id: UUID, *, by: Actor) -> Feed:
    """Have it asked within seconds, whenever its turn would be; refuses one that is paused or has ended."""
    feed = _locked(feed_id, None, by)
    if not feed.enabled:
        raise Conflict("It pauses. Let it go on first.", code="feed_paused")
    _look_again(feed, begins_anew=False)
    return feed


@transaction.atomic
def close_feed(feed_id: UUID, *, expected_version: int | None = None, by: Actor) -> Feed:
    """End fetching, and forget its secret; the list stays until it is over or removed. Twice changes nothing."""
    feed = _found(feed_id, by)
    refuse_stale(feed.version, expected_version)
    if feed.closed_at is not None:
        return feed
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [feed.id, feed.org_id])
        cursor.execute(_HOLD, [feed.id])
    feed.closed_at, feed.enabled, feed.wrapped = clock.now(), False, ""
    event = FeedClosed(subject_id=feed.id, label=feed.label)
    feed = ledger.record(event, by=by, row=feed, fields=["closed_at", "enabled", "wrapped"])
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [feed.id])
    return feed


def begin_trial(wanted: Feeding, *, feed_id: UUID | None = None, by: Actor) -> FeedTrial:
    """What is needed to see whether it could be fetched like this; it is asked when no transaction is open."""
    require(by, Permission.SOURCE_MANAGE)
    # Not held: the other side may take its time.
    feed = _allowed(Feed.objects.filter(id=feed_id, org_id=by.org_id).first(), by) if feed_id else None
    known = ""
    if feed is not None and not wanted.secret and target_of(wanted.url) == target_of(feed.url):
        known = feed.wrapped
    settings = _usable(wanted, known_secret=known)
    secret = wanted.secret or (reveal(known, feed_purpose(feed.id)) or "" if feed is not None and known else "")
    trust = Trust(wanted.authorities, wanted.verified)
    return FeedTrial(Wanted(wanted.kind, wanted.url, wanted.scheme, wanted.user, secret, trust, settings))


def wanted_of(feed: Feed, **changes: Any) -> Feeding:
    """What is set of a feed, with changes."""
    return replace(Feeding(**{name: getattr(feed, name) for name in SET}, list_name=feed.list_name), **changes)


def _locked(feed_id: UUID, expected_version: int | None, by: Actor) -> Feed:
    feed = _found(feed_id, by)
    refuse_stale(feed.version, expected_version)
    if feed.closed_at is not None:
        raise Conflict("Fetching it has ended. Set up a new feed.", code="feed_closed")
    return feed


def _found(feed_id: UUID, by: Actor) -> Feed:
    """The feed, locked; refuses one that is not there for the actor."""
    # no_key: what is being stored for it refers to it, and goes on.
    return _allowed(Feed.objects.select_for_update(no_key=True).filter(id=feed_id, org_id=by.org_id).first(), by)


def _allowed(feed: Feed | None, by: Actor) -> Feed:
    if feed is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    return feed


def _look_again(feed: Feed, *, begins_anew: bool) -> None:
    """Ask within seconds; from the beginning when it is another place, or something else is meant."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [feed.id, feed.org_id])
        if begins_anew:
            cursor.execute(_ANEW, [feed.id])
            cursor.execute(_RESTAMP, [feed.id])


def _refuse_list(name: str, holds: str, by: Actor) -> None:
    """A list is filled by files or by one feed; one that an earlier feed left may be gone on with."""
    wrong = ""
    feeds = Feed.objects.filter(org_id=by.org_id)
    there = Dataset.objects.filter(org_id=by.org_id, kind=holds, name=name, removed_at=None).first()
    if not name.isprintable() or len(name) > LONGEST_LIST:
        wrong = f"Use up to {LONGEST_LIST} characters."
    elif feeds.filter(closed_at=None, list_name=name).exists():
        wrong = "Another feed fills a list of this name."
    elif there is not None and not _is_left(there, feeds.filter(list_name=name)):
        wrong = "A list of this name was loaded from a file. Use another, or remove that one."
    elif feeds.filter(closed_at=None).count() >= MOST_OPEN:
        wrong = f"End another feed first: there may be {MOST_OPEN}."
    if wrong:
        raise Invalid(WRONG, fields={"list_name": wrong})


def _is_left(there: Dataset, feeds: Iterable[Feed]) -> bool:
    """Whether an earlier feed filled the list, and no file after it."""
    return any(each.holds == there.kind and each.closed_at and each.closed_at >= there.loaded_at for each in feeds)


def _usable(wanted: Feeding, *, known_secret: str) -> dict[str, Any]:
    """The settings that the kind has; refuses wrong values with their field."""
    kind = KINDS.get(wanted.kind)
    if kind is None:
        raise Invalid(WRONG, fields={"kind": f"Use one of: {', '.join(KINDS)}."})
    settings, wrong = usable(wanted.kind, wanted.settings)
    asked = Fetching(
        wanted.label, wanted.kind, wanted.url, wanted.scheme, wanted.user, wanted.secret, wanted.authorities,
        interval_seconds=wanted.interval_seconds,
    )  # fmt: skip
    wrong |= faults_of(asked, kind.schemes, INTERVAL_SECONDS, known_secret)
    if wrong:
        raise Invalid(WRONG, fields=wrong)
    return settings
