# SPDX-License-Identifier: Apache-2.0
"""What incidents and cases have in common in the API, asked of both."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.roles import Permission
from longwatch.access.services.tokens import create_token
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.linking import link_incident
from longwatch.cases.services.opening import open_case
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.records.reference import RecordRef
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

SIGNAL, FILE, INCIDENT = "Quiet alarm", "plan.txt", "Door forced"
Call = Callable[..., Any]


def calls(cast: Cast, *only: str) -> Call:
    """The API as the analyst's program, with all permissions or these only."""
    by = cast.analyst
    with acting_as(by):
        _, token = create_token(account_id=by.id, label="t", permissions=only or by.permissions, by=by)

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        send_as = {"content_type": "application/json"} if body is not None else {}
        bearer = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        ask = getattr(Client(), method.lower())
        return ask(f"/api/v1{path}", **({"data": body} if body is not None else {}), **send_as, headers=bearer)

    return call


@pytest.fixture(params=["incident", "case"])
def record(request: pytest.FixtureRequest, cast: Cast) -> RecordRef:
    """A record with a signal and a file; a case also handles an incident."""
    by, signal = cast.analyst, send(make_source(cast), cast, title=SIGNAL).signal_id
    with acting_as(by):
        incident = open_incident(title=INCIDENT, category="FA-01", restricted=False, by=by)
        if request.param == "incident":
            made = incident_ref(open_incident(title="Odd", category="FA-01", signal_ids=[signal], by=by))
        else:
            case = open_case(title="Odd", type="other", signal_ids=[signal], by=by)
            link_incident(case.id, incident.id, by=by)
            made = case_ref(case)
        add_exhibit(made, SimpleUploadedFile(FILE, b"x"), by=by)
    return made


def address(record: RecordRef) -> str:
    return f"/{record.kind}s/{record.id}"


class TestNarrowTokens:
    """What an account may see and its token may not is left out"""

    def test_read_a_timeline_without_what_they_do_not_open(self, cast: Cast, record: RecordRef) -> None:
        told = calls(cast, f"{record.kind}:read")("GET", f"{address(record)}/timeline")
        assert told.status_code == 200
        actions = {line["action"] for line in told.json()["items"]}
        assert f"{record.kind}.opened" in actions
        assert not {action for action in actions if action.startswith(("link.", "evidence."))}
        assert not [name for name in (SIGNAL, FILE, "Quiet", INCIDENT) if name in told.content.decode()]

    @pytest.mark.parametrize(
        ("more", "action"),
        [(Permission.SIGNAL_READ, "link.added"), (Permission.EVIDENCE_READ, "evidence.received")],
    )
    def test_read_what_they_open(self, cast: Cast, record: RecordRef, more: str, action: str) -> None:
        lines = calls(cast, f"{record.kind}:read", more)("GET", f"{address(record)}/timeline").json()["items"]
        kinds = {line["fields"].get("from_kind") for line in lines if line["action"].startswith("link.")}
        assert action in {line["action"] for line in lines}
        assert kinds <= {"signal"}

    def test_turn_pages_without_gaps(self, cast: Cast, record: RecordRef) -> None:
        call, here = calls(cast, f"{record.kind}:read"), f"{address(record)}/timeline?limit=1"
        page = call("GET", here).json()
        seen = page["items"]
        while page["next_cursor"]:
            page = call("GET", f"{here}&cursor={page['next_cursor']}").json()
            seen += page["items"]
        whole = call("GET", f"{address(record)}/timeline").json()["items"]
        assert seen == whole

    def test_read_no_links_to_what_they_do_not_open(self, cast: Cast, record: RecordRef) -> None:
        here = f"{address(record)}/links"
        assert calls(cast, f"{record.kind}:read")("GET", here).json() == []
        assert calls(cast)("GET", here).json()

    def test_read_the_six_questions_without_it(self, cast: Cast, record: RecordRef) -> None:
        told = calls(cast, f"{record.kind}:read")("GET", f"{address(record)}/six-questions").content.decode()
        assert not [name for name in (SIGNAL, FILE, INCIDENT) if name in told]

    def test_read_no_evidence(self, cast: Cast, record: RecordRef) -> None:
        here = f"/records/{record.kind}/{record.id}/exhibits"
        assert calls(cast, f"{record.kind}:read")("GET", here).status_code == 404
        assert calls(cast, f"{record.kind}:read", "evidence:read")("GET", here).json()["items"][0]["name"] == FILE

    @pytest.mark.parametrize("words", [SIGNAL, FILE, INCIDENT])
    def test_find_nothing_of_it(self, cast: Cast, record: RecordRef, words: str) -> None:
        hidden = {INCIDENT: "case", SIGNAL: str(record.kind), FILE: str(record.kind)}[words]
        narrow = calls(cast, f"{hidden}:read", Permission.SEARCH_USE)
        assert narrow("GET", f"/search?q={words.replace(' ', '+')}").json()["items"] == []
        assert calls(cast)("GET", f"/search?q={words.replace(' ', '+')}").json()["items"]


class TestLinks:
    """/links and /signals"""

    def test_take_a_signal_out_in_the_version_of_its_link_only(self, cast: Cast, record: RecordRef) -> None:
        call = calls(cast)
        (tie,) = [each for each in call("GET", f"{address(record)}/links").json() if each["kind"] == "belongs"]
        out = f"{address(record)}/signals/{tie['from_id']}?reason=Mistake"
        assert call("DELETE", out, If_Match='"1"').status_code == 412
        assert call("DELETE", out, If_Match=f'"{tie["version"]}"').status_code == 204
        assert call("DELETE", out).status_code == 404

    def test_take_signals_in(self, cast: Cast, record: RecordRef) -> None:
        call = calls(cast)
        signals = [str(send(make_source(cast, slug=f"s{n}"), cast, dedup_key=f"s{n}").signal_id) for n in range(2)]
        assert call("POST", f"{address(record)}/signals", {"signal_ids": signals[:1]}).status_code == 204
        tied = call("POST", f"{address(record)}/links", {"to": "signal", "id": signals[1]})
        assert (tied.status_code, tied.json()["from_id"]) == (201, signals[1])
        linked = {each["from_id"] for each in call("GET", f"{address(record)}/links").json()}
        assert set(signals) <= linked


class TestEntries:
    """/timeline and /tasks"""

    def test_refuse_a_task_in_another_version(self, cast: Cast, record: RecordRef) -> None:
        call = calls(cast)
        task = call("POST", f"{address(record)}/tasks", {"title": "Look"})
        here = f"{address(record)}/tasks/{task.json()['id']}"
        stale = call("POST", f"{here}/waiver", {"reason": "Not ours"}, If_Match='"1"')
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        waived = call("POST", f"{here}/waiver", {"reason": "Not ours"}, If_Match=task["ETag"])
        assert (waived.status_code, waived.json()["status"]) == (200, "waived")
        again = call("POST", f"{here}/reopening", {}, If_Match=task["ETag"])
        assert again.status_code == 412
        assert call("POST", f"{here}/reopening", {}, If_Match=waived["ETag"]).json()["status"] == "open"

    def test_refuse_a_correction_of_another_version(self, cast: Cast, record: RecordRef) -> None:
        call = calls(cast)
        entry = call("POST", f"{address(record)}/timeline", {"text": "He called"})
        here = f"{address(record)}/timeline/{entry.json()['id']}"
        assert call("POST", f"{here}/correction", {"text": "She called"}, If_Match='"1"').status_code == 412
        right = call("POST", f"{here}/correction", {"text": "She called"}, If_Match=entry["ETag"])
        assert right.json()["corrects_id"] == entry.json()["id"]

    def test_send_decisions_of_cases_where_they_can_be_approved(self, cast: Cast, record: RecordRef) -> None:
        answer = calls(cast)("POST", f"{address(record)}/timeline", {"text": "Wait", "kind": "decision"})
        assert answer.status_code == (422 if record.kind == "case" else 201)

    def test_refuse_an_if_match_that_is_no_etag_of_ours(self, cast: Cast, record: RecordRef) -> None:
        call = calls(cast)
        entry = call("POST", f"{address(record)}/timeline", {"text": "He called"}).json()["id"]
        wrong = call("PUT", f"{address(record)}/timeline/{entry}/pin", {}, If_Match='"abc"')
        assert wrong.status_code == 422
        assert wrong.json()["errors"] == [{"field": "If-Match", "detail": "Send the ETag of the last answer."}]
