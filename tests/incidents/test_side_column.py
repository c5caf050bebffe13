# SPDX-License-Identifier: Apache-2.0
"""What stands beside the timeline of an incident."""

from datetime import timedelta

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident_ref
from longwatch.records.models import Task
from longwatch.records.services.tasks import add_task, finish_task, reopen_task
from tests.incidents.cast_incidents import opened
from tests.incidents.visiting import few_statements, page, signed_in
from tests.personas import Cast


@pytest.fixture
def crowded(cast: Cast) -> Incident:
    """An incident with many people and tasks; the last ones named are those that matter most."""
    incident = opened(cast)
    ref = incident_ref(incident)
    with acting_as(cast.analyst):
        for number in range(14):
            add_mention(ref, kind="person", value=f"Bystander {number:02}", part="witness", by=cast.analyst)
            add_task(ref, title=f"Later {number:02}", by=cast.analyst)
        add_mention(ref, kind="person", value="The man himself", part="subject", by=cast.analyst)
        add_task(ref, title="Overdue already", due_at=clock.now() - timedelta(hours=1), by=cast.analyst)
        finish_task(ref, add_task(ref, title="Finished long ago", by=cast.analyst).id, by=cast.analyst)
    return incident


class TestLongSideColumn:
    """Many people and many tasks beside the timeline"""

    def test_shows_the_first_ten_of_each(self, cast: Cast, crowded: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(crowded)).content.decode()
        assert (text.count('<li class="mention"'), text.count('<li class="task')) == (10, 10)

    def test_shows_those_first_whom_it_is_about_and_what_is_overdue(self, cast: Cast, crowded: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(crowded)).content.decode()
        assert text.index("The man himself") < text.index("Bystander 00")
        assert text.index("Overdue already") < text.index("Later 00")

    def test_says_how_many_there_are(self, cast: Cast, crowded: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(crowded)).content.decode()
        assert "Show all 15 people and things" in text
        assert "Show all 16 tasks" in text
        assert '<h2>Tasks <span class="count">15</span></h2>' in text

    @pytest.mark.parametrize(("what", "last"), [("people", "Bystander 13"), ("tasks", "Finished long ago")])
    def test_shows_all_behind_a_link(self, cast: Cast, crowded: Incident, what: str, last: str) -> None:
        client = signed_in(cast, "analyst")
        assert last not in client.get(page(crowded)).content.decode().partition("<aside")[2]
        for path in (page(crowded), page(crowded, "side")):
            assert last in client.get(path, {"all": what}).content.decode().rpartition("<aside")[2]

    def test_stays_long_while_one_works_in_it(self, cast: Cast, crowded: Incident) -> None:
        client = signed_in(cast, "analyst")
        with acting_as(cast.analyst):
            task = Task.objects.get(title="Overdue already")
        url = page(crowded, "task-completion", task_id=task.id)
        assert "Later 13" not in client.post(url, headers={"HX-Request": "true"}).content.decode()
        with acting_as(cast.analyst):
            reopen_task(incident_ref(crowded), task.id, by=cast.analyst)
        assert "Later 13" in client.post(f"{url}?all=tasks", headers={"HX-Request": "true"}).content.decode()

    def test_shows_who_was_added_last(self, cast: Cast, crowded: Incident) -> None:
        values = {"kind": "person", "value": "A latecomer", "part": "witness"}
        client = signed_in(cast, "analyst")
        answer = client.post(page(crowded, "mentions"), values, headers={"HX-Request": "true"})
        assert "A latecomer" in answer.content.decode()

    def test_is_printed_whole(self, cast: Cast, crowded: Incident) -> None:
        text = signed_in(cast, "analyst").get(page(crowded, "print")).content.decode()
        assert "Bystander 13" in text
        assert "Later 13" in text

    def test_takes_few_statements(self, cast: Cast, crowded: Incident) -> None:
        client = signed_in(cast, "analyst")
        with few_statements():
            client.get(page(crowded))
