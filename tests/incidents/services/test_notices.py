# SPDX-License-Identifier: Apache-2.0
"""Notices at an incident: put up, read while they hold, taken down."""

from datetime import timedelta
from uuid import uuid4

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.errors import NotFound
from longwatch.incidents import selectors
from longwatch.incidents.services.notices import Target, Wording, nameless, put_up, take_down
from longwatch.incidents.services.opening import open_incident
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast


def target(cast: Cast) -> Target:
    with acting_as(cast.analyst):
        made = open_incident(title="Smoke", category="WV-03", restricted=False, by=cast.analyst)
    return Target(made.id, made.org_id, made.compartment_id, made.reference, False)


class TestNotices:
    def test_hold_until_they_end_or_are_taken_down(self, cast: Cast) -> None:
        place = target(cast)
        with acting_as(cast.supervisor):
            for end in (None, clock.now() + timedelta(hours=1)):
                put_up(place, Wording(kind="safety", text="Keep away.", expires_at=end), by=cast.supervisor)
            first, second = selectors.notices(place.id)
            take_down(first.id, by=cast.supervisor)
            take_down(first.id, by=cast.supervisor)
            assert [each.id for each in selectors.notices(place.id)] == [second.id]
            assert LedgerEntry.objects.filter(action="notice.withdrawn").count() == 1

    def test_come_from_nobody_who_could_be_asked(self, cast: Cast) -> None:
        hidden = nameless(cast.lead)
        assert (hidden.kind, hidden.label) == ("system", "Security team")
        assert hidden.operation_id != cast.lead.operation_id

    def test_one_that_is_not_there_is_not_taken_down(self, cast: Cast) -> None:
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            take_down(uuid4(), by=cast.supervisor)
