# SPDX-License-Identifier: Apache-2.0
"""The exchange with a reporter: the receipt is their only key, and who may read the report reads it."""

import re
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.oversight import Sight
from longwatch.cases.services.opening import open_case
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.evidence.models import Exhibit
from longwatch.incidents.services.opening import open_incident
from longwatch.intake import report_thread_views, report_views
from longwatch.intake.models import Message, Signal, Thread
from longwatch.intake.report_forms import SALT
from longwatch.intake.report_limits import HourlyLimit
from longwatch.intake.services import threads
from longwatch.intake.services.placing import release_from_record
from longwatch.search.services.break_glass import break_glass
from tests.personas import Cast

RECEIPT = "1111-2222-3333-4444-5555"


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((report_views, "REPORTS"), (report_thread_views, "LOOKUPS"), (report_thread_views, "ANSWERS")):
        monkeypatch.setattr(module, name, HourlyLimit(an_address=1000, in_all=1000))


def report(cast: Cast, **fields: Any) -> Any:
    token = signing.dumps({"at": int(clock.now().timestamp()) - 60, "receipt": RECEIPT}, salt=SALT)
    told = {"what": "He takes money.", "token": token, "step": "send", **fields}
    answer = Client().post(f"/report/{cast.organisation.slug}", told)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def look(receipt: str = RECEIPT) -> Any:
    return Client().post("/report/follow-up", {"receipt": receipt})


def key_in(answer: Any) -> str:
    [key] = re.findall(r'name="key" value="([^"]+)"', answer.content.decode())
    return str(key)


def reply(text: str, key: str = "", **fields: Any) -> Any:
    return Client().post("/report/follow-up", {"key": key or key_in(look()), "text": text, **fields})


def signal_for(actor: Actor) -> Signal | None:
    with acting_as(actor):
        return Signal.objects.filter(kind="report").first()


def thread_for(actor: Actor) -> Thread | None:
    with acting_as(actor):
        return Thread.objects.first()


def write(actor: Actor, text: str = "When was it?") -> Message:
    with acting_as(actor):
        return threads.write_to_reporter(Thread.objects.get().id, text, by=actor)


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


class TestReporter:
    def test_reads_what_the_team_asks_without_learning_who_did(self, cast: Cast) -> None:
        report(cast)
        write(cast.analyst)
        page = look().content.decode()
        assert "When was it?" in page
        assert "The team has written to you." in page
        assert "Ana Analyst" not in page

    def test_answers_and_the_team_reads_it(self, cast: Cast) -> None:
        report(cast)
        write(cast.analyst)
        answer = reply("On Monday.")
        assert "The team has your message." in answer.content.decode()
        with acting_as(cast.analyst):
            assert [m.text for m in threads.messages_of(Thread.objects.get())] == ["When was it?", "On Monday."]

    def test_sending_twice_is_one_message(self, cast: Cast) -> None:
        report(cast)
        key = key_in(look())
        assert [reply("On Monday.", key).status_code for _ in "12"] == [200, 200]
        with acting_as(cast.analyst):
            assert Message.objects.count() == 1

    def test_adds_files_whose_names_say_nothing(self, cast: Cast) -> None:
        report(cast, uploads=[SimpleUploadedFile("rosa-reporter-cv.pdf", b"%PDF-1.4 x")])
        answer = reply("", uploads=[SimpleUploadedFile("C:\\Users\\rosa\\list.rosa", b"x")])
        assert answer.status_code == 200
        with acting_as(cast.analyst):
            assert list(Exhibit.objects.order_by("number").values_list("name", flat=True)) == [
                "reporter-file.pdf", "reporter-file",
            ]  # fmt: skip

    def test_cannot_send_nothing(self, cast: Cast) -> None:
        report(cast)
        assert reply(" ").status_code == 422

    @pytest.mark.parametrize("key", ["", "x", "AAAA", "é"])
    def test_needs_a_key_from_its_own_page_and_keeps_the_text(self, cast: Cast, key: str) -> None:
        report(cast)
        answer = Client().post("/report/follow-up", {"key": key, "text": "Do not lose this."})
        assert answer.status_code == 422
        assert "Do not lose this." in answer.content.decode()

    def test_never_sees_internal_notes(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.analyst)
        assert signal is not None
        with acting_as(cast.analyst):
            open_incident(
                title="Bribery?", category="WV-03", signal_ids=[signal.id], by=cast.analyst,
            )  # fmt: skip
        page = look().content.decode()
        assert "Bribery" not in page
        assert "Somebody is looking at it" in page

    def test_leaves_no_trace_by_looking(self, cast: Cast) -> None:
        report(cast)
        with connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id_if_assigned()")
            look()
            cursor.execute("select count(*) from intake_message_seen")
            assert cursor.fetchone() == (0,)


class TestReceipt:
    def test_is_kept_by_nobody(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.analyst)
        assert signal is not None
        assert "1111" not in str(signal.__dict__)

    def test_of_which_exchange_is_read_by_nobody(self, cast: Cast, django_assert_num_queries: Any) -> None:
        report(cast)
        with acting_as(cast.analyst), connection.cursor() as cursor:
            cursor.execute(
                "select has_table_privilege('longwatch_app', 'intake_receipt', 'select, insert, update, delete')"
            )
            assert cursor.fetchone() == (False,)

    def test_opens_nothing_when_a_digit_is_wrong(self, cast: Cast) -> None:
        report(cast)
        assert look(RECEIPT[:-1] + "6").status_code == 404


class TestTeam:
    def test_is_told_that_the_reporter_wrote_until_it_was_read(self, cast: Cast) -> None:
        report(cast)
        reply("One more thing.")
        signal = signal_for(cast.analyst)
        assert signal is not None
        client = client_of(cast, "analyst")
        first = client.get(f"/reporters/exchanges/of/{signal.id}").content.decode()
        again = client.get(f"/reporters/exchanges/of/{signal.id}").content.decode()
        assert '<span class="count">new</span>' in first
        assert '<span class="count">new</span>' not in again

    def test_writes_from_the_page_and_sees_that_a_question_waits(self, cast: Cast) -> None:
        report(cast)
        thread = thread_for(cast.analyst)
        assert thread is not None
        client = client_of(cast, "analyst")
        page = client.post(f"/reporters/exchanges/{thread.id}", {"text": "Who else knows?"}, follow=True)
        text = page.content.decode()
        assert "Who else knows?" in text
        assert "A question waits" in text
        assert "The reporter will read this." in text

    def test_sees_in_the_inbox_whose_turn_it_is(self, cast: Cast) -> None:
        report(cast)
        reply("One more thing.")
        assert (
            '<span class="count">The reporter wrote</span>' in client_of(cast, "analyst").get("/inbox").content.decode()
        )
        write(cast.analyst)
        assert "A question waits" in client_of(cast, "analyst").get("/inbox").content.decode()

    def test_must_write_something(self, cast: Cast) -> None:
        report(cast)
        with pytest.raises(Invalid):
            write(cast.analyst, "  ")

    def test_finds_no_exchange_outside_the_reports_compartment(self, cast: Cast) -> None:
        report(cast)
        thread = thread_for(cast.analyst)
        assert thread is not None
        for name in ("responder", "hr", "counsel", "outsider", "administrator"):
            assert client_of(cast, name).get(f"/reporters/exchanges/{thread.id}").status_code == 404
            with acting_as(cast.actors[name]), pytest.raises((NotFound, NotAllowed)):
                threads.write_to_reporter(thread.id, "Hello", by=cast.actors[name])

    def test_cannot_write_as_the_reporter(self, cast: Cast) -> None:
        report(cast)
        with acting_as(cast.analyst), connection.cursor() as cursor:
            cursor.execute("select has_table_privilege('longwatch_app', 'intake_message', 'update, delete')")
            assert cursor.fetchone() == (False,)


class TestFollowing:
    def test_goes_into_the_case_that_the_report_goes_into(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
        assert thread_for(cast.investigator) is not None
        assert thread_for(cast.analyst) is None
        page = client_of(cast, "investigator").get(f"/reporters/exchanges/of/{case.id}").content.decode()
        assert "Send to the reporter" in page
        assert reply("Still me.").status_code == 200

    def test_of_a_case_it_is_written_down_who_read_it(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            thread = Thread.objects.get()
        client = client_of(cast, "investigator")
        for page in (f"of/{case.id}", str(thread.id)):
            assert client.get(f"/reporters/exchanges/{page}").status_code == 200
        with acting_as(cast.investigator):
            assert list(Sight.objects.values_list("record_kind", "record_id", "account_id")) == [
                ("case", case.id, cast.investigator.id)
            ]

    def test_is_read_through_broken_glass_and_not_written(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            thread = Thread.objects.get()
        with acting_as(cast.dispatcher):
            break_glass(case.reference, reason_code="danger", reason="Nobody can be reached.", by=cast.dispatcher)
        client = client_of(cast, "dispatcher")
        assert client.get(f"/reporters/exchanges/{thread.id}").status_code == 200
        assert client.post(f"/reporters/exchanges/{thread.id}", {"text": "Who are you?"}).status_code == 403

    def test_comes_back_with_the_report(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.investigator)
        assert signal is not None
        with acting_as(cast.investigator):
            case = open_case(title="Bribes", type="other", signal_ids=[signal.id], by=cast.investigator)
            release_from_record(signal.id, case.id, cast.investigator)
        assert thread_for(cast.analyst) is not None

    def test_is_not_shown_to_all_who_read_an_incident(self, cast: Cast) -> None:
        report(cast)
        signal = signal_for(cast.analyst)
        assert signal is not None
        with acting_as(cast.analyst):
            incident = open_incident(title="Bribery?", category="WV-03", signal_ids=[signal.id], by=cast.analyst)
        of = f"/reporters/exchanges/of/{incident.id}"
        assert "Send to the reporter" in client_of(cast, "analyst").get(of).content.decode()
        assert "Send to the reporter" not in client_of(cast, "responder").get(of).content.decode()
