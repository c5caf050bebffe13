# SPDX-License-Identifier: Apache-2.0
"""The pages of cases: what members see, and that there is nothing for anybody else."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from longwatch.access.context import acting_as
from longwatch.cases import selectors
from longwatch.cases.models import Case
from longwatch.cases.services import people
from longwatch.cases.services.decisions import record_decision
from longwatch.cases.services.findings import add_allegation
from longwatch.cases.services.linking import add_signals, link_case, link_incident
from longwatch.cases.views import listing
from longwatch.entities.services.mentions import add_mention
from longwatch.intake.models import Signal, SignalStatus
from longwatch.records.models import EntryKind
from longwatch.records.services.tasks import add_task
from longwatch.records.services.timeline import add_entry
from tests.cases.material import WHOLE, a_bare_case, an_incident, requested, status_of
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

Visit = Callable[..., Client]
TABS = ["case", "history", "people", "evidence", "tasks", "decisions", "linked", "access", "closure"]
FORMS = [
    "description", "lead", "member-new", "hold", "allegation-new", "decision-new", "incident-link", "case-link",
    "incident-raise", "closure-withdrawal", "reopening", "task-new",
]  # fmt: skip
POSTS = [
    "investigation", "resumption", "closure", "closure-approval", "closure-refusal", "entries", "mentions", "people",
    *FORMS,
]  # fmt: skip


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A browser of one of the cast."""

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


def without_token(answer: Any, typed: str) -> str:
    """The status and the page, without what differs each time."""
    token = re.compile(r'(name="csrf-token" content|name="csrfmiddlewaretoken" value|data-began)="[^"]*"')
    return f"{answer.status_code} {token.sub('', answer.content.decode()).replace(typed, 'TYPED')}"


def fill(case: Case, cast: Cast) -> dict[str, UUID]:
    """A little of everything."""
    with acting_as(cast.analyst):
        record = selectors.case_ref(case)
        finding = add_allegation(case.id, text="He threatened B.", by=cast.analyst)
        decision = record_decision(case.id, what="Ban", why="Threats", by=cast.analyst)
        tie = link_incident(case.id, an_incident(cast).id, by=cast.analyst)
        task = add_task(record, title="Ask B.", by=cast.analyst)
        entry = add_entry(record, kind=EntryKind.NOTE, text="A note", by=cast.analyst)
        mention = add_mention(record, kind="person", value="Joe Miller", part="subject", by=cast.analyst)
        return {
            "finding": finding.id, "decision": decision.id, "tie": tie.id, "task": task.id, "entry": entry.id,
            "mention": mention.id,
        }  # fmt: skip


class TestPages:
    """All tabs"""

    @pytest.mark.parametrize("tab", TABS)
    def test_open_for_a_member_within_ten_statements(
        self, cast: Cast, case: Case, visit: Visit, tab: str, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        fill(case, cast)
        client = visit("supervisor")
        url = reverse(f"cases:{tab}", args=[case.reference])
        client.get(url)
        with django_assert_max_num_queries(12) as seen:  # type: ignore[attr-defined]
            response = client.get(url)
        statements = [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]
        assert response.status_code == 200
        assert case.title in response.content.decode()
        assert len(statements) <= 10, "\n".join(statements)

    @pytest.mark.parametrize("form", [form for form in FORMS if form not in ("closure-withdrawal", "reopening")])
    def test_forms_open_and_say_who_will_read(self, case: Case, visit: Visit, form: str) -> None:
        response = visit("lead").get(reverse(f"cases:{form}", args=[case.reference]))
        assert response.status_code == 200
        # A task is for whoever has it, and an incident that a case raises has other readers (see test_frame).
        if form not in ("task-new", "incident-raise"):
            assert "Only the 4 members can read this" in response.content.decode()

    def test_the_composer_says_who_will_read(self, case: Case, visit: Visit) -> None:
        page = visit("lead").get(reverse("cases:history", args=[case.reference])).content.decode()
        assert "Only the 4 members can read this" in page

    def test_the_six_questions_have_a_tab(self, case: Case, visit: Visit) -> None:
        page = visit("lead").get(reverse("cases:case", args=[case.reference])).content.decode()
        assert reverse("cases:six-questions", args=[case.reference]) in page


class TestSecrecy:
    """What those outside get"""

    @pytest.mark.parametrize("name", ["investigator-other", "hr", "counsel", "administrator", "auditor", "outsider"])
    def test_every_page_is_a_404(self, cast: Cast, case: Case, visit: Visit, name: str) -> None:
        ids = fill(case, cast)
        client = visit("hr" if name == "investigator-other" else name)
        for tab in [*TABS, *FORMS, "timeline", "six-questions", "six-questions-pdf"]:
            assert client.get(reverse(f"cases:{tab}", args=[case.reference])).status_code == 404, tab
        pages = (("finding", "finding"), ("link-end", "tie"), ("task-waiver", "task"), ("entry-correction", "entry"))
        for page, key in pages:
            assert client.get(reverse(f"cases:{page}", args=[case.reference, ids[key]])).status_code == 404, page

    def test_every_post_is_a_404_and_changes_nothing(self, cast: Cast, case: Case, visit: Visit) -> None:
        ids = fill(case, cast)
        client = visit("hr")
        for name in POSTS:
            data = {"reason": "x", "reasons": "x", "text": "x", "account": str(cast.hr.id)}
            assert client.post(reverse(f"cases:{name}", args=[case.reference]), data).status_code == 404, name
        for page, key in (("decision-approval", "decision"), ("task-completion", "task"), ("mention-end", "mention")):
            assert client.post(reverse(f"cases:{page}", args=[case.reference, ids[key]])).status_code == 404, page
        with acting_as(cast.lead):
            assert selectors.case(case.id).version == case.version

    def test_a_hidden_case_answers_like_one_that_never_was(self, case: Case, visit: Visit) -> None:
        client = visit("hr")
        hidden = client.get(reverse("cases:case", args=[case.reference]))
        absent = client.get(reverse("cases:case", args=["CASE-0000-00"]))
        one, other = (r.content.decode().replace(case.reference, "CASE-0000-00") for r in (hidden, absent))
        assert hidden.status_code == absent.status_code == 404
        assert one.split("<main")[1] == other.split("<main")[1]

    def test_the_list_shows_only_ones_own_and_no_count(self, case: Case, visit: Visit) -> None:
        mine = visit("lead").get(reverse("cases:list")).content.decode()
        theirs = visit("hr").get(reverse("cases:list")).content.decode()
        assert case.reference in mine
        assert case.reference not in theirs
        assert "No cases" in theirs

    def test_an_incident_tells_of_its_case_to_members_only(self, cast: Cast, case: Case, visit: Visit) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
            link_incident(case.id, incident.id, by=cast.analyst)
        url = f"{reverse('cases:of-incident')}?incident={incident.id}"
        inside, outside = visit("analyst").get(url).content.decode(), visit("responder").get(url).content.decode()
        assert case.reference in inside
        assert "Open case" in inside
        assert case.reference not in outside
        assert "Open case" not in outside
        assert visit("hr").get(url).status_code == 404
        assert visit("analyst").get(f"{reverse('cases:of-incident')}?incident={uuid4()}").status_code == 404

    def test_visible_but_forbidden_is_a_403(self, cast: Cast, case: Case, visit: Visit) -> None:
        client = visit("analyst")
        assert client.get(reverse("cases:member-new", args=[case.reference])).status_code == 403
        requested(case, cast)
        assert client.post(reverse("cases:closure-approval", args=[case.reference])).status_code == 403


class TestLife:
    """One case from an incident to its reopening, through the pages alone"""

    def test_runs_from_an_incident_to_the_reopened_case(  # noqa: PLR0915 - one life, told once
        self, cast: Cast, visit: Visit
    ) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        lead, approver, opener = visit("lead"), visit("supervisor"), visit("analyst")
        opened = opener.post(
            reverse("cases:open"),
            {"title": "Threats", "type": "workplace_violence", "summary": "", "lead": str(cast.lead.id),
             "incidents": [str(incident.id)]},
        )  # fmt: skip
        assert opened.status_code == 302
        reference = opened.headers["Location"].rsplit("/", 1)[1]

        def post(client: Client, name: str, data: Mapping[str, object], *more: object, status: int = 302) -> None:
            response = client.post(reverse(f"cases:{name}", args=[reference, *more]), data)
            assert response.status_code == status, (name, response.content.decode()[-3000:])

        with acting_as(cast.analyst):
            case = selectors.case_by_reference(reference)
        post(lead, "investigation", {})
        post(lead, "member-new", {"account": str(cast.supervisor.id), "reason": "Approves"})
        post(lead, "allegation-new", {"kind": "allegation", "text": "He threatened B."})
        with acting_as(cast.lead):
            finding = selectors.allegations(case.id).get()
        post(lead, "finding", {"conclusion": "substantiated", "reasoning": "Letters"}, finding.id)
        decided = {"what": "Ban", "why": "Threats", "decided_by": str(cast.lead.id)}
        post(lead, "decision-new", decided)
        with acting_as(cast.lead):
            decision = selectors.decisions(case.id).get()
        post(approver, "decision-approval", {}, decision.id)
        post(lead, "closure", {"findings": "First draft", "then": "save"})
        post(lead, "closure", {"findings": "First draft", "then": "request"}, status=409)
        post(lead, "closure", {**WHOLE, "then": "request"})
        post(approver, "closure-refusal", {"reasons": ""}, status=422)
        post(approver, "closure-refusal", {"reasons": "Who told B.?"})
        post(lead, "closure", {**WHOLE, "then": "request"})
        post(lead, "closure-approval", {}, status=403)
        post(approver, "closure-approval", {})
        with acting_as(cast.lead):
            assert status_of(case) == "closed"
        post(lead, "reopening", {"reason": "A fourth letter"})
        with acting_as(cast.lead):
            assert status_of(case) == "investigating"

    def test_keeps_what_was_typed_when_it_is_refused(self, cast: Cast, case: Case, visit: Visit) -> None:
        response = visit("lead").post(
            reverse("cases:closure", args=[case.reference]), {"findings": "Long thoughts", "then": "request"}
        )
        assert response.status_code == 409
        assert "Long thoughts" in response.content.decode()
        assert "Name the root cause." in response.content.decode()

    def test_an_incident_joins_a_case(self, cast: Cast, case: Case, visit: Visit) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        client, url = visit("analyst"), reverse("cases:add-incident")
        assert case.reference in client.get(f"{url}?incident={incident.id}").content.decode()
        assert client.post(url, {"incident": str(incident.id), "case": str(case.id)}).status_code == 302
        assert incident.reference in client.get(reverse("cases:linked", args=[case.reference])).content.decode()

    def test_the_overview_shows_the_first_ten_tasks_and_their_tab_all(
        self, cast: Cast, case: Case, visit: Visit
    ) -> None:
        with acting_as(cast.lead):
            for number in range(12):
                add_task(selectors.case_ref(case), title=f"Ask {number:02}", by=cast.lead)
        client, tab = visit("lead"), reverse("cases:tasks", args=[case.reference])
        overview = client.get(reverse("cases:case", args=[case.reference])).content.decode()
        assert overview.count('<li class="task') == 10
        assert f'href="{tab}?all=tasks#tasks"' in overview
        assert client.get(tab).content.decode().count('<li class="task') == 12

    def test_an_incident_that_one_cannot_see_is_refused_like_one_that_is_not_there(
        self, cast: Cast, case: Case, visit: Visit
    ) -> None:
        with acting_as(cast.analyst):
            incident = an_incident(cast)
        with acting_as(cast.lead):
            people.add_member(case.id, cast.accounts["hr"].id, reason="Asked", by=cast.lead)
        client, url = visit("hr"), reverse("cases:incident-link", args=[case.reference])
        invisible, missing = (
            without_token(client.post(url, {"incident": typed, "reason": "Same man"}), typed)
            for typed in (incident.reference, "INC-1999-0001")
        )
        assert invisible == missing
        assert invisible.startswith("422")
        assert "No incident with this reference that you can see." in invisible
        assert 'value="TYPED"' in invisible
        assert 'value="Same man"' in invisible

    def test_a_signal_is_taken_out_for_a_reason(self, cast: Cast, case: Case, visit: Visit) -> None:
        signal_id = send(make_source(cast), cast, title="Beacon out").signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
        client, linked = visit("analyst"), reverse("cases:linked", args=[case.reference])
        url = reverse("cases:signal-release", args=[case.reference, signal_id])
        assert url in client.get(linked).content.decode()
        assert "Beacon out" in client.get(url).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        answer = client.post(url, {"reason": "Another site"}, follow=True)
        assert (answer.redirect_chain[-1][0], "Taken out of the case." in answer.content.decode()) == (linked, True)
        assert "Beacon out" not in answer.content.decode()
        assert client.get(url).status_code == visit("hr").get(url).status_code == 404

    def test_a_signal_that_was_taken_out_comes_back_by_the_toast(self, cast: Cast, case: Case, visit: Visit) -> None:
        signal_id = send(make_source(cast), cast, title="Beacon out").signal_id
        with acting_as(cast.analyst):
            add_signals(case.id, [signal_id], by=cast.analyst)
        client = visit("analyst")
        url = reverse("cases:signal-release", args=[case.reference, signal_id])
        answer = client.post(url, {"reason": "Another site"}, follow=True)
        undo = reverse("cases:signal-return", args=[case.reference, signal_id])
        assert f'action="{undo}"' in answer.content.decode()
        assert "Beacon out" in client.post(undo, follow=True).content.decode()
        with acting_as(cast.analyst):
            assert Signal.objects.get(id=signal_id).status == SignalStatus.IN_CASE

    def test_the_linked_tab_shows_signals_and_cases_too(self, cast: Cast, case: Case, visit: Visit) -> None:
        received = send(make_source(cast), cast, title="Door forced")
        with acting_as(cast.investigator):
            other = a_bare_case(cast, title="An older matter")
            link_case(case.id, other.id, kind="parent", by=cast.investigator)
            add_signals(case.id, [received.signal_id], by=cast.investigator)
        url = reverse("cases:linked", args=[case.reference])
        inside, half = visit("investigator").get(url).content.decode(), visit("lead").get(url).content.decode()
        assert "Door forced" in inside
        assert "this case is its parent" in inside
        assert "An older matter" not in half

    def test_the_second_person_sees_two_buttons_and_the_first_does_not(
        self, cast: Cast, case: Case, visit: Visit
    ) -> None:
        requested(case, cast)
        url = reverse("cases:closure", args=[case.reference])
        second, first = visit("supervisor").get(url).content.decode(), visit("lead").get(url).content.decode()
        assert "Approve and close" in second
        assert "Send back with reasons" in second
        assert "Approve and close" not in first
        assert "Take the request back" in first


class TestList:
    """/cases"""

    def test_filters_and_turns_pages(
        self, cast: Cast, case: Case, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with acting_as(cast.investigator):
            for number in range(3):
                a_bare_case(cast, title=f"Concern {number}")
        monkeypatch.setattr(listing, "SHOWN", 2)
        client = visit("investigator")
        first = client.get(reverse("cases:list"))
        cursor = first.context["page"].next_cursor
        second = client.get(reverse("cases:list"), {"after": cursor})
        titles = [row.title for page in (first, second) for row in page.context["page"].rows]
        assert titles == ["Concern 2", "Concern 1", "Concern 0", case.title]
        assert [r.title for r in client.get(reverse("cases:list"), {"q": "driver"}).context["page"].rows] == [
            case.title
        ]
        assert not client.get(reverse("cases:list"), {"status": "closed"}).context["page"].rows
        assert not client.get(reverse("cases:list"), {"lead": "me"}).context["page"].rows
        assert client.get(reverse("cases:list"), {"after": "nonsense"}).status_code == 422
