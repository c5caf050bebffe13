# SPDX-License-Identifier: Apache-2.0
"""Two windows on one record: the second save is shown what it would overwrite, and may then do so."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.cases import selectors as case_selectors
from longwatch.cases.models import Case
from longwatch.cases.services.opening import amend_case
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.incidents.models import Incident
from longwatch.incidents.services.amending import amend_incident
from tests.cases.material import a_case
from tests.incidents.cast_incidents import as_seen, opened
from tests.incidents.visiting import page, signed_in
from tests.personas import Cast


@pytest.fixture
def incident(cast: Cast) -> Incident:
    return opened(cast, summary="A door.", occurred_at=clock.now() - timedelta(hours=3))


def fill(shown: Any, **typed: str) -> dict[str, str]:
    """What a browser sends of a form of which some fields were typed anew."""
    form = next(context["form"] for context in reversed(shown.context) if "form" in context)
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        shown_as = value if hasattr(field, "choices") else field.widget.format_value(field.prepare_value(value))
        sent[name] = str("" if shown_as is None else shown_as)
    return sent | typed


def changed(incident: Incident, by: Actor, **values: Any) -> None:
    with acting_as(by):
        amend_incident(incident.id, values, by=by)


class TestAnIncident:
    """The form that edits an incident"""

    def refused(self, cast: Cast, incident: Incident, by: Actor, **typed: str) -> Any:
        client = signed_in(cast, "analyst")
        sent = fill(client.get(page(incident, "amend")), **typed)
        changed(incident, by, title="Gate forced")
        return client.post(page(incident, "amend"), sent)

    def test_comes_back_with_what_was_typed_beside_what_is_stored(self, cast: Cast, incident: Incident) -> None:
        answer = self.refused(cast, incident, cast.responder, title="Window <b>broken")
        shown = answer.content.decode()
        assert answer.status_code == 412
        assert 'value="Window &lt;b&gt;broken"' in shown
        assert 'Stored now: <b dir="auto">Gate forced</b>' in shown
        assert "by Ravi Responder while you were typing" in shown

    def test_marks_only_the_fields_that_differ(self, cast: Cast, incident: Incident) -> None:
        shown = self.refused(cast, incident, cast.responder, title="Window broken").content.decode()
        assert shown.count("Stored now:") == 1

    def test_says_so_when_it_was_oneself(self, cast: Cast, incident: Incident) -> None:
        shown = self.refused(cast, incident, cast.analyst, title="Window broken").content.decode()
        assert "by you, in another window or program" in shown

    def test_writes_nothing(self, cast: Cast, incident: Incident) -> None:
        self.refused(cast, incident, cast.responder, title="Window broken", summary="Glass.")
        seen = as_seen(incident, cast.analyst)
        assert (seen.title, seen.summary) == ("Gate forced", "A door.")

    def test_replaces_it_when_saved_again(self, cast: Cast, incident: Incident) -> None:
        answer = self.refused(cast, incident, cast.responder, title="Window broken")
        again = signed_in(cast, "analyst").post(page(incident, "amend"), fill(answer))
        assert again.status_code == 302
        assert as_seen(incident, cast.analyst).title == "Window broken"

    def test_comes_back_again_when_it_changed_again(self, cast: Cast, incident: Incident) -> None:
        answer = self.refused(cast, incident, cast.responder, title="Window broken")
        changed(incident, cast.responder, title="Fence cut")
        assert signed_in(cast, "analyst").post(page(incident, "amend"), fill(answer)).status_code == 412

    def test_shows_a_point_on_the_map_that_differs(self, cast: Cast, incident: Incident) -> None:
        shown = self.refused(cast, incident, cast.responder, latitude="59.1", longitude="11.4").content.decode()
        assert "Latitude: stored now is nothing." in shown

    def test_keeps_what_was_typed_about_closing(self, cast: Cast, incident: Incident) -> None:
        client = signed_in(cast, "analyst")
        typed = {"disposition": "benign", "summary": "It was the wind.", "case_answer": "no"}
        sent = fill(client.get(page(incident, "close")), **typed)
        changed(incident, cast.responder, summary="A gate.")
        answer = client.post(page(incident, "close"), sent)
        assert (answer.status_code, "It was the wind." in answer.content.decode()) == (412, True)
        assert as_seen(incident, cast.analyst).is_open
        assert client.post(page(incident, "close"), fill(answer)).status_code == 302


class TestACase:
    """The form that edits a case"""

    @pytest.fixture
    def case(self, cast: Cast) -> Case:
        with acting_as(cast.investigator):
            return a_case(cast)

    def test_comes_back_and_replaces_when_saved_again(self, cast: Cast, case: Case) -> None:
        here = reverse("cases:description", args=[case.reference])
        client = signed_in(cast, "investigator")
        sent = fill(client.get(here), summary="Mine")
        with acting_as(cast.investigator):
            amend_case(case.id, summary="Theirs", by=cast.investigator)
        answer = client.post(here, sent)
        assert answer.status_code == 412
        assert 'Stored now: <b dir="auto">Theirs</b>' in answer.content.decode()
        with acting_as(cast.investigator):
            assert case_selectors.case(case.id).summary == "Theirs"
        assert client.post(here, fill(answer)).status_code == 302
        with acting_as(cast.investigator):
            assert case_selectors.case(case.id).summary == "Mine"
