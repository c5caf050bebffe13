# SPDX-License-Identifier: Apache-2.0
"""Which of a source's last arrivals another dedup template would have made one signal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from longwatch.core.errors import LongwatchError
from longwatch.intake.arrival import understood
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.rules import dedup_key
from longwatch.intake.services.receiving import facts
from longwatch.intake.submission import SignalIn

MOST_SIGNALS, MOST_ARRIVALS, MOST_SHOWN = 100, 200, 10


@dataclass(frozen=True, slots=True)
class Same:
    """Arrivals that would be one signal."""

    title: str
    arrivals: int


@dataclass(frozen=True, slots=True)
class DedupPreview:
    """What the template would have made of the last arrivals."""

    arrivals: int
    now: int
    then: int
    # How many carry a key of their sender's, which wins over every template.
    keyed: int
    largest: Sequence[Same]


def preview_template(source: Source, template: Sequence[str]) -> DedupPreview:
    """Read the last arrivals again, as far as the reader sees them, and count what would be one signal."""
    then: Counter[bytes] = Counter()
    now: set[UUID] = set()
    titles: dict[bytes, str] = {}
    keyed = 0
    for signal_id, raw, signal in _read(source):
        key = dedup_key(source.id, signal, template, raw)
        then[key] += 1
        now.add(signal_id)
        titles.setdefault(key, signal.title)
        keyed += bool(signal.dedup_key)
    largest = [Same(titles[key], count) for key, count in then.most_common(MOST_SHOWN) if count > 1]
    return DedupPreview(sum(then.values()), len(now), len(then), keyed, largest)


def _read(source: Source) -> Iterator[tuple[UUID, bytes, SignalIn]]:
    """The newest arrivals of the newest signals, understood again."""
    newest = Signal.objects.filter(org_id=source.org_id, source_id=source.id).order_by("-first_seen", "-id")
    ids = list(newest.values_list("id", flat=True)[:MOST_SIGNALS])
    known = facts(source)
    rows = Occurrence.objects.filter(signal_id__in=ids).order_by("-at", "-id")
    for each in rows.only("signal_id", "raw", "content_type")[:MOST_ARRIVALS]:
        raw = bytes(each.raw)
        try:
            yield each.signal_id, raw, understood(known, raw, each.content_type).pieces[0].signal
        except LongwatchError:
            continue
