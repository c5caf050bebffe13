# SPDX-License-Identifier: Apache-2.0
"""Whoever left is given nothing more."""

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.records.services.tasks import add_task
from tests.personas import Cast
from tests.search.services.test_handing_over import an_incident, close, refused


class TestTask:
    """Whoever left is given none"""

    def test_not_by_the_services(self, cast: Cast) -> None:
        close(cast)
        incident = None
        with acting_as(cast.analyst):
            incident = open_incident(title="Doors", category="FA-01", restricted=False, by=cast.analyst)
            with pytest.raises(Conflict):
                add_task(incident_ref(incident), title="x", owner_id=cast.lead.id, by=cast.analyst)

    def test_not_past_the_services_either(self, cast: Cast) -> None:
        incident = an_incident(cast)
        close(cast, incidents=cast.investigator)
        statement = "update records_task set owner_id = %s where record_id = %s"
        with acting_as(cast.investigator), connection.cursor() as cursor, refused():
            cursor.execute(statement, [cast.lead.id, incident.id])
