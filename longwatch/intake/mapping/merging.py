# SPDX-License-Identifier: Apache-2.0
"""Two readings of one record made into one: what the first does not say, the second does."""

import msgspec

from longwatch.intake.submission import MOST_ENTITIES, MOST_LINKS, MOST_TAGS, EntityIn, SignalIn


def merged(first: SignalIn, second: SignalIn) -> SignalIn:
    """The first signal, completed from the second."""
    place = first if first.latitude is not None else second
    return msgspec.structs.replace(
        first,
        title=first.title or second.title,
        description=first.description or second.description,
        severity=second.severity if first.severity is None else first.severity,
        kind=first.kind or second.kind,
        rule=first.rule or second.rule,
        dedup_key=first.dedup_key or second.dedup_key,
        occurred_at=first.occurred_at or second.occurred_at,
        entities=_together(first.entities, second.entities),
        place=first.place or second.place,
        latitude=place.latitude,
        longitude=place.longitude,
        links=list(dict.fromkeys([*first.links, *second.links]))[:MOST_LINKS],
        tags=list(dict.fromkeys([*first.tags, *second.tags]))[:MOST_TAGS],
        techniques=list(dict.fromkeys([*first.techniques, *second.techniques]))[:MOST_TAGS],
        state=first.state or second.state,
    )


def _together(first: list[EntityIn], second: list[EntityIn]) -> list[EntityIn]:
    found = {(each.kind, each.value): each for each in reversed([*first, *second])}
    return list(reversed(found.values()))[:MOST_ENTITIES]
