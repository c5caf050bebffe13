# SPDX-License-Identifier: Apache-2.0
"""What the database holds feeds to."""

import pytest
from django.db import DatabaseError, transaction

from longwatch.access.context import acting_as
from longwatch.enrichment.feed_models import Feed, feed_purpose
from tests.enrichment.cast_feeds import make_feed
from tests.personas import Cast


def test_is_written_by_who_manages_sources_alone(cast: Cast) -> None:
    row = Feed(org_id=cast.organisation.id, label="x", kind="list", list_name="x", url="https://x.invalid")
    with acting_as(cast.analyst), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        row.save(force_insert=True)


def test_is_never_deleted(cast: Cast) -> None:
    feed = make_feed(cast)
    with acting_as(cast.supervisor), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Feed.objects.filter(id=feed.id).delete()


def test_a_secret_belongs_to_one_feed(cast: Cast) -> None:
    assert feed_purpose(make_feed(cast).id) != feed_purpose(make_feed(cast, label="Other").id)
