# SPDX-License-Identifier: Apache-2.0
"""The public report form: asks, checks, sends; in four languages, without following anybody."""

import re
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.accounts import create_organisation
from longwatch.core import actor as actors
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7
from longwatch.entities.services.mentions import add_mention
from longwatch.incidents.models import Incident
from longwatch.incidents.selectors import incident_ref
from longwatch.incidents.services.opening import open_incident
from longwatch.intake import report_thread_views, report_views
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.intake.report_forms import MOST_FILES, SALT
from longwatch.intake.report_limits import HourlyLimit
from longwatch.intake.services import triage
from longwatch.web.moments import absolute_words, day_words
from tests.personas import Cast

TOLD = {
    "what": "A man waited at the gate.\nHe asked for Mara.",
    "category": "threat",
    "where": "North gate",
    "who": "Tall",
}
LANGUAGES = {"en": "Report something", "es": "Informar de algo", "de": "Etwas melden", "fr": "Signaler quelque chose"}


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_views, "REPORTS", HourlyLimit(an_address=1000, in_all=1000))
    monkeypatch.setattr(report_thread_views, "LOOKUPS", HourlyLimit(an_address=1000, in_all=1000))


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/report/{cast.organisation.slug}"


def token(seconds_ago: int = 60, receipt: str = "1111-2222-3333-4444-5555") -> str:
    return signing.dumps({"at": int(clock.now().timestamp()) - seconds_ago, "receipt": receipt}, salt=SALT)


def send(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {**TOLD, "token": token(), "step": "send", **fields})


def stored(cast: Cast) -> list[Signal]:
    with acting_as(cast.analyst):
        return list(Signal.objects.filter(kind="report").select_related("source"))


class TestReport:
    @pytest.mark.parametrize(("language", "heading"), LANGUAGES.items())
    def test_speaks_the_language_of_the_browser(self, address: str, language: str, heading: str) -> None:
        answer = Client().get(address, headers={"Accept-Language": f"{language}-XX,{language};q=0.9"})
        assert f"<h1>{heading}</h1>" in answer.content.decode()
        assert answer.headers["Content-Language"] == language

    @pytest.mark.parametrize(("language", "heading"), LANGUAGES.items())
    def test_changes_the_language_by_the_address(self, address: str, language: str, heading: str) -> None:
        answer = Client().get(f"{address}?lang={language}", headers={"Accept-Language": "de"})
        assert f"<h1>{heading}</h1>" in answer.content.decode()

    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "Use two fingers to move the map"), ("de", "Bewegen Sie die Karte mit zwei Fingern"),
         ("es", "Mueva el mapa con dos dedos"), ("fr", "Déplacez la carte avec deux doigts")],
    )  # fmt: skip
    def test_tells_the_map_what_to_say_in_that_language(self, address: str, language: str, said: str) -> None:
        assert f'data-map-touch="{said}"' in Client().get(f"{address}?lang={language}").content.decode()

    def test_sets_no_cookie(self, cast: Cast, address: str) -> None:
        client = Client()
        client.get(address)
        client.post(address, {**TOLD, "token": token(), "step": "check"})
        send(client, address)
        client.post("/report/follow-up", {"receipt": "1"})
        assert set(client.cookies) == set()

    def test_names_no_other_host_but_the_way_out(self, address: str) -> None:
        text = Client().get(address).content.decode()
        assert set(re.findall(r"https?://[^/\"' ]+", text)) <= {"https://www.wikipedia.org"}

    def test_is_not_there_for_an_unknown_organisation(self, cast: Cast) -> None:
        assert Client().get("/report/nobody-here").status_code == 404

    def test_asks_only_what_happened(self, address: str) -> None:
        answer = Client().post(address, {"what": " ", "where": "Hall 3", "token": token()})
        assert answer.status_code == 422
        assert "A few words are enough" in answer.content.decode()
        assert "Hall 3" in answer.content.decode()

    def test_shows_the_answers_before_anything_is_kept(self, cast: Cast, address: str) -> None:
        answer = Client().post(address, {**TOLD, "latitude": "52.5", "longitude": "13.4", "token": token()})
        text = answer.content.decode()
        assert "Check your answers" in text
        assert "A threat" in text
        assert 'name="latitude" value="52.5"' in text
        assert stored(cast) == []

    def test_goes_back_with_the_answers(self, address: str) -> None:
        answer = Client().post(address, {**TOLD, "token": token(), "step": "edit"})
        assert answer.status_code == 200
        assert "He asked for Mara." in answer.content.decode()

    def test_lets_the_browser_say_where_its_form_came_from(self, address: str) -> None:
        # With "no-referrer" browsers send "Origin: null", and the proof of origin fails.
        assert Client().get(address).headers["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
    def test_refuses_a_form_of_another_site(self, address: str, header: dict[str, str]) -> None:
        for page in (address, "/report/follow-up"):
            assert Client(headers=header).post(page, {**TOLD, "token": token(), "step": "send"}).status_code == 403

    def test_takes_a_form_of_its_own_page(self, address: str) -> None:
        own = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
        assert own.post(address, {**TOLD, "token": token(), "step": "send"}).status_code == 200


class TestSending:
    def test_stores_a_signal_and_shows_the_receipt(self, cast: Cast, address: str) -> None:
        answer = send(Client(), address, latitude="52.5", longitude="13.4", moment="now", name="Rosa", lang="de")
        assert "1111-2222-3333-4444-5555" in answer.content.decode()
        [signal] = stored(cast)
        assert (signal.title, signal.place, signal.severity) == (
            "A man waited at the gate. He asked for Mara.",
            "North gate",
            3,
        )
        assert (signal.source.slug, signal.latitude) == ("report-form", 52.5)
        assert "Rosa" not in str(signal.report)
        assert (signal.report["who"], signal.report["language"]) == ("Tall", "de")

    def test_keeps_neither_address_nor_browser_nor_contact_in_what_stays_for_ever(
        self, cast: Cast, address: str
    ) -> None:
        client = Client(headers={"User-Agent": "Secret browser"}, REMOTE_ADDR="203.0.113.77")
        send(client, address, email="rosa@example.org")
        with acting_as(cast.analyst):
            everything = " ".join(bytes(o.raw).decode() for o in Occurrence.objects.all()) + str(
                stored(cast)[0].__dict__
            )
            raw = bytes(Occurrence.objects.get().raw)
        assert "203.0.113.77" not in everything
        assert "Secret browser" not in everything
        assert b"rosa@example.org" not in raw

    @pytest.mark.parametrize("part", ["/signals", "/print"])
    def test_dates_what_is_made_from_it_to_the_day(self, cast: Cast, address: str, part: str) -> None:
        send(Client(), address)
        [signal] = stored(cast)
        with acting_as(cast.analyst):
            made = open_incident(title="Smoke", category="FA-01", signal_ids=[signal.id], by=cast.analyst)
        reader = Client()
        reader.force_login(cast.accounts["analyst"])
        page = reader.get(f"/incidents/{made.reference}{part}").content.decode()
        assert made.occurred_at is None
        assert day_words(signal.first_seen) in page
        assert absolute_words(signal.first_seen) not in page

    def test_sent_twice_is_one_report(self, cast: Cast, address: str) -> None:
        for _ in "12":
            assert send(Client(), address).status_code == 200
        assert [signal.count for signal in stored(cast)] == [1]

    def test_is_read_with_when_it_came_in_and_what_was_added(self, cast: Cast, address: str) -> None:
        send(Client(), address, moment="earlier", when="Yesterday", uploads=[SimpleUploadedFile("gate.txt", b"seen")])
        analyst = Client()
        analyst.force_login(cast.accounts["analyst"])
        text = analyst.get(f"/signals/{stored(cast)[0].id}").content.decode()
        assert "<dt>Received</dt>" in text
        assert "<dt>Happened</dt>" not in text
        assert "added exhibit 1: reporter-file.txt" in text

    def test_takes_files(self, cast: Cast, address: str) -> None:
        files = [SimpleUploadedFile(f"{n}.png", b"\x89PNG\r\n\x1a\n" + bytes(50)) for n in "12"]
        answer = send(Client(), address, uploads=files)
        assert answer.status_code == 200
        assert answer.context["files"] == 2

    @pytest.mark.parametrize("person", ["reporter", "analyst"])
    def test_takes_files_of_whoever_is_signed_in(self, cast: Cast, address: str, person: str) -> None:
        client = Client()
        client.force_login(cast.accounts[person])
        answer = send(client, address, uploads=[SimpleUploadedFile("gate.txt", b"seen")])
        assert (answer.status_code, answer.context["files"]) == (200, 1)
        assert len(stored(cast)) == 1

    def test_refuses_too_many_files_and_keeps_the_text(self, cast: Cast, address: str) -> None:
        files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(MOST_FILES + 1)]
        answer = send(Client(), address, uploads=files)
        assert answer.status_code == 422
        assert "He asked for Mara." in answer.content.decode()
        assert stored(cast) == []

    @pytest.mark.parametrize("age", [None, 1])
    def test_refuses_what_no_person_sent_and_keeps_the_text(self, cast: Cast, address: str, age: int | None) -> None:
        answer = send(Client(), address, token=token(seconds_ago=age) if age else "forged")
        assert answer.status_code == 422
        assert "He asked for Mara." in answer.content.decode()
        assert stored(cast) == []

    def test_says_of_the_whole_form_that_it_was_quick_and_of_the_files_that_they_are_many(self, address: str) -> None:
        quick = send(Client(), address, token=token(seconds_ago=1)).content.decode()
        assert "<li>That was very quick." in " ".join(quick.split()).replace("<li> ", "<li>")
        assert "Photos or files: That was very quick." not in quick
        files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(MOST_FILES + 1)]
        assert "Photos or files: " in send(Client(), address, uploads=files).content.decode()

    def test_refuses_whoever_fills_the_hidden_field(self, cast: Cast, address: str) -> None:
        assert send(Client(), address, website="https://spam.example").status_code == 422
        assert stored(cast) == []

    def test_refuses_a_flood_and_keeps_the_text(
        self, cast: Cast, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report_views, "REPORTS", HourlyLimit(an_address=1, in_all=10))
        first = send(Client(), address)
        second = send(Client(), address, token=token(receipt="9" * 20))
        assert (first.status_code, second.status_code) == (200, 429)
        assert "He asked for Mara." in second.content.decode()
        assert len(stored(cast)) == 1

    def test_refuses_what_is_too_large_before_reading_it(self, address: str) -> None:
        answer = Client().generic(
            "POST", address, b"x", content_type="text/plain", headers={"Content-Length": "99999999"}
        )
        assert answer.status_code == 413

    def test_makes_its_source_once(self, cast: Cast, address: str) -> None:
        for receipt in ("1" * 20, "2" * 20):
            send(Client(), address, token=token(receipt=receipt))
        with acting_as(cast.supervisor):
            assert [source.kind for source in Source.objects.filter(slug="report-form")] == ["report"]

    def test_says_so_when_nobody_administers_it(self, db: None) -> None:
        # The last administrator stays; only an organisation that has nobody yet has none.
        org_id = uuid7()
        system = actors.system(org_id)
        with acting_as(system):
            create_organisation(name="Empty", slug="empty", by=system, org_id=org_id)
        answer = send(Client(), "/report/empty")
        assert answer.status_code == 409
        assert "has not set up its report form" in answer.content.decode()


def history_of(cast: Cast, reader: str, signal: Signal) -> str:
    """What the panel of the signal's page says to somebody."""
    client = Client()
    client.force_login(cast.accounts[reader])
    address = f"/search/history?kind=signal&id={signal.id}"
    assert address in client.get(f"/signals/{signal.id}").content.decode().replace("&amp;", "&")
    return client.get(address, headers={"HX-Request": "true"}).content.decode()


def incident_naming(name: str, by: Actor, **fields: Any) -> Incident:
    with acting_as(by):
        incident = open_incident(title="Threats by telephone", category="WV-03", by=by, **fields)
        add_mention(incident_ref(incident), kind="person", value=name, part="subject", by=by)
    return incident


class TestNaming:
    """Whoever is named under "Who is involved?" is looked for in what was reported before."""

    def test_names_people_and_keeps_the_answer_as_typed(self, cast: Cast, address: str) -> None:
        who = "egil, Egil Norvik (a guard)\n und Mara Lind"
        send(Client(), address, who=who)
        [signal] = stored(cast)
        assert [(each["kind"], each["value"], each["part"]) for each in signal.entities] == [
            ("person", "Egil Norvik", "involved"), ("person", "Mara Lind", "involved"),
        ]  # fmt: skip
        assert signal.report["who"].split() == who.split()

    def test_leads_to_the_open_incident_of_whoever_is_named(self, cast: Cast, address: str) -> None:
        incident = incident_naming("egil  NORVIK", cast.analyst)
        send(Client(), address, who="Egil Norvik")
        page = history_of(cast, "analyst", stored(cast)[0])
        assert "1 incident (open)" in page
        assert incident.reference in page

    def test_tells_nothing_of_an_incident_to_who_does_not_see_it(self, cast: Cast, address: str) -> None:
        incident = incident_naming("Egil Norvik", cast.investigator, restricted=True)
        send(Client(), address, who="Egil Norvik")
        [signal] = stored(cast)
        page = history_of(cast, "analyst", signal)
        assert "Nobody and nothing named here was reported before, as far as you may see." in page
        assert incident.reference not in page
        assert incident.reference in history_of(cast, "investigator", signal)

    def test_offers_to_look_for_what_was_typed_when_no_name_was_known(self, cast: Cast, address: str) -> None:
        send(Client(), address, who="a guard called <norvik>, I think, who works at the gate in the night from Monday")
        page = history_of(cast, "analyst", stored(cast)[0])
        assert "Look for a name or thing" in page
        assert 'value="a guard called &lt;norvik&gt;, I think, who works at the gate in"' in page


class TestFollowUp:
    def test_tells_roughly_where_it_stands(self, cast: Cast, address: str) -> None:
        send(Client(), address)
        assert "Nobody has judged it yet" in self.ask("11112222333344445555")
        [signal] = stored(cast)
        with acting_as(cast.analyst):
            triage.acknowledge(signal.id, cast.analyst)
        assert "Somebody is looking at it" in self.ask("1111-2222-3333-4444-5555")
        with acting_as(cast.analyst):
            triage.dismiss(signal.id, "unfounded", by=cast.analyst)
        assert "is finished" in self.ask("1111 2222 3333 4444 5555")

    def test_tells_nothing_without_the_number(self, cast: Cast, address: str) -> None:
        send(Client(), address)
        for wrong in ("", "1111", "1111-2222-3333-4444-5556", "abc"):
            assert Client().post("/report/follow-up", {"receipt": wrong}).status_code in (404, 422)

    def test_ends_guessing(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report_thread_views, "LOOKUPS", HourlyLimit(an_address=1, in_all=10))
        codes = [Client().post("/report/follow-up", {"receipt": "1" * 20}).status_code for _ in "12"]
        assert codes == [404, 429]

    @staticmethod
    def ask(receipt: str) -> str:
        return str(Client().post("/report/follow-up", {"receipt": receipt}).content.decode())


class TestMyReports:
    def test_lists_ones_own_only(self, cast: Cast, address: str) -> None:
        reporter, responder = Client(), Client()
        reporter.force_login(cast.accounts["reporter"])
        responder.force_login(cast.accounts["responder"])
        send(reporter, address)
        assert "A man waited" in reporter.get("/my-reports").content.decode()
        assert "A man waited" not in responder.get("/my-reports").content.decode()

    def test_leaves_out_what_was_sent_without_the_account(self, cast: Cast, address: str) -> None:
        reporter = Client()
        reporter.force_login(cast.accounts["reporter"])
        send(reporter, address, anonymous="on")
        assert "A man waited" not in reporter.get("/my-reports").content.decode()
        [signal] = stored(cast)
        assert str(cast.reporter.id) not in str(signal.report)

    def test_asks_to_sign_in(self, db: None) -> None:
        assert Client().get("/my-reports").status_code == 302
