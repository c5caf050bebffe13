# SPDX-License-Identifier: Apache-2.0
"""What can be set of a feed."""

from typing import Any

import pytest

from longwatch.enrichment.feed_models import FeedKind
from longwatch.enrichment.feeds.kinds import KINDS, usable
from longwatch.intake.poll_models import PollScheme


def test_all_kinds_are_known() -> None:
    assert set(KINDS) == set(FeedKind.values)
    assert {scheme for kind in KINDS.values() for scheme in kind.schemes} <= set(PollScheme.values)


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_not_said_is_usual(kind: str) -> None:
    assert usable(kind, {}) == (dict(KINDS[kind].settings), {})


@pytest.mark.parametrize(
    ("kind", "settings", "wrong"),
    [
        ("misp_feed", {"days": -1}, "days"), ("misp_feed", {"days": "9"}, "days"),
        ("misp_feed", {"index": "x"}, "index"),
        ("taxii", {"collection": "a\nb"}, "collection"), ("list", {"column": 101}, "column"),
        ("misp_server", {"tags": "tlp:red"}, "tags"), ("misp_server", {"published": "yes"}, "published"),
        ("misp_server", {"query": {"deleted": 1}}, "query"), ("misp_server", {"query": "x"}, "query"),
    ],
)  # fmt: skip
def test_names_what_is_wrong(kind: str, settings: dict[str, Any], wrong: str) -> None:
    assert list(usable(kind, settings)[1]) == [wrong]
