# SPDX-License-Identifier: Apache-2.0
"""The inbox and the page of a signal, as people of each role meet them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import CompartmentKind
from longwatch.access.roles import Role
from longwatch.access.services.compartments import open_compartment
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.core.paging import encode_cursor
from longwatch.intake.models import Signal, Source
from longwatch.intake.services import triage
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

MOST_STATEMENTS = 10
THING = {"kind": "person", "value": "Viktor Hale", "part": "subject"}


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, name="Badge readers")


def as_person(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name])
    return client


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return as_person(cast, "analyst")


def page(client: Client, address: str, **extra: Any) -> str:
    answer = client.get(address, **extra)
    assert answer.status_code == 200
    return str(answer.content.decode())


def in_order(cast: Cast, *, severe: bool) -> list[Signal]:
    """The signals whose title says so, newest or most severe first."""
    order = ("-severity",) if severe else ()
    with acting_as(cast.analyst):
        return list(Signal.objects.filter(title__startswith="Signal").order_by(*order, "-first_seen", "-id"))


def some_of_each(cast: Cast, source: Source) -> None:
    """Doors of every state, severity and age."""
    sent = [
        send(each, cast, title=f"Door {number}", severity=number % 5, place="Gate")
        for number in range(10) for each in (source, make_source(cast))
    ]  # fmt: skip
    ids = [received.signal_id for received in sent]
    with acting_as(cast.analyst):
        for signal_id in ids[:4]:
            triage.dismiss(signal_id, "benign", "", by=cast.analyst)
        for signal_id in ids[4:8]:
            triage.snooze(signal_id, clock.now() + timedelta(hours=3), cast.analyst)
        for signal_id in ids[6:12]:
            triage.assign(signal_id, cast.analyst.id, cast.analyst)
        for signal_id in ids[12:14]:
            triage.acknowledge(signal_id, cast.analyst)


def titles_in(answer: Any) -> list[str]:
    return [signal.title for signal in answer.context["page"].rows]


class TestInboxPage:
    def test_lists_what_is_to_judge_newest_first(self, cast: Cast, source: Source, analyst: Client) -> None:
        for title in ("First", "Second"):
            send(source, cast, title=f"{title} door", entities=[THING], severity="high")
        text = page(analyst, "/inbox")
        assert text.index("Second door") < text.index("First door")
        assert "Viktor Hale" in text
        assert "Badge readers" in text

    def test_puts_the_most_severe_first_when_asked(self, cast: Cast, source: Source, analyst: Client) -> None:
        send(source, cast, title="Grave", severity="critical")
        send(source, cast, title="Slight", severity="low")
        text = page(analyst, "/inbox?sort=severe")
        assert text.index("Grave") < text.index("Slight")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("severity=4", {"Fire"}),
            ("kind=alert", {"Fire", "Water"}),
            ("kind=sos", set()),
            ("words=fire", {"Fire"}),
            ("place=lisbon", {"Water"}),
            ("age=hour", {"Fire", "Water"}),
            ("age=day-older", set()),
            ("assigned=nobody", {"Fire", "Water"}),
            ("assigned=me", set()),
            ("show=snoozed", set()),
            ("severity=77&source=nonsense&age=never", {"Fire", "Water"}),
        ],
    )
    def test_filters_by_the_address(
        self, cast: Cast, source: Source, analyst: Client, query: str, found: set[str]
    ) -> None:
        send(source, cast, title="Fire", severity="critical")
        send(source, cast, title="Water", severity="low", place="North gate, Lisbon")
        text = page(analyst, f"/inbox/rows?{query}")
        assert {title for title in ("Fire", "Water") if title in text} == found

    def test_filters_by_source_and_entity(self, cast: Cast, source: Source, analyst: Client) -> None:
        received = send(source, cast, title="Fire", entities=[THING])
        send(make_source(cast), cast, title="Water")
        with acting_as(cast.analyst):
            entity = triage.acknowledge(received.signal_id, cast.analyst).entities[0]["id"]
        for query in (f"source={source.id}", f"entity={entity}"):
            text = page(analyst, f"/inbox/rows?{query}")
            assert "Fire" in text
            assert "Water" not in text

    def test_pages_without_loss_or_repetition(self, cast: Cast, source: Source, analyst: Client) -> None:
        for number in range(53):
            send(source, cast, title=f"Signal-{number:03}.", severity=number % 5)
        for sort in ("newest", "severe"):
            answer = analyst.get(f"/inbox?sort={sort}")
            first = [signal.title for signal in answer.context["page"].rows]
            rest = analyst.get(answer.context["older_url"])
            assert len(first) == 50
            assert len({*first, *(signal.title for signal in rest.context["page"].rows)}) == 53

    def test_pages_through_what_words_find_without_loss_or_repetition(
        self, cast: Cast, source: Source, analyst: Client
    ) -> None:
        for number in range(53):
            send(source, cast, title=f"Signal-{number:03}.", severity=number % 5, place="Lisbon", entities=[THING])
        send(source, cast, title="Something else")
        entity = analyst.get("/inbox?words=signal").context["page"].rows[0].entities[0]["id"]
        for query in ("words=signal", "place=lisbon", f"entity={entity}", "words=signal&sort=severe"):
            answer = analyst.get(f"/inbox?{query}")
            rest = analyst.get(answer.context["older_url"])
            titles = [signal.title for each in (answer, rest) for signal in each.context["page"].rows]
            plain = [signal.title for signal in in_order(cast, severe="severe" in query)]
            assert titles == plain

    def test_finds_what_is_open_among_many_that_were_judged(
        self, cast: Cast, source: Source, analyst: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only so many are ever counted; a page is whole all the same."""
        monkeypatch.setattr("longwatch.intake.inbox.FOUND_COUNTED", 3)
        kept = [send(source, cast, title=f"Fire, kept {number}") for number in range(5)]
        judged = [send(source, cast, title=f"Fire, judged {number}") for number in range(9)]
        with acting_as(cast.analyst):
            for received in judged:
                triage.dismiss(received.signal_id, "benign", "", by=cast.analyst)
        answer = analyst.get("/inbox?words=fire")
        assert {signal.id for signal in answer.context["page"].rows} == {each.signal_id for each in kept}
        assert ">3+</span>" in answer.content.decode()

    @pytest.mark.parametrize(
        "query",
        ["", "severity=1&severity=4", "kind=alert", "kind=sos", "age=hour", "age=day", "age=day-older", "assigned=me",
         "assigned=nobody", "show=snoozed", "show=judged", "sort=severe", "source={source}", "severity=4&assigned=me"],
    )  # fmt: skip
    def test_words_take_nothing_away_from_a_filter(
        self, cast: Cast, source: Source, analyst: Client, query: str
    ) -> None:
        """The same list, looked up by a word that all have and walked without one."""
        some_of_each(cast, source)
        address = f"/inbox?{query.format(source=source.id)}"
        plain, looked_up = analyst.get(address), analyst.get(f"{address}&words=door&place=gate")
        assert titles_in(plain) == titles_in(looked_up)

    @pytest.mark.parametrize("words", ["!!!", "\x00", "or", '"', "-door", "'; drop", "a:* & (b"])
    def test_understands_any_words(self, cast: Cast, source: Source, analyst: Client, words: str) -> None:
        send(source, cast, title="A door")
        for name in ("words", "place"):
            assert analyst.get("/inbox", {name: words}).status_code == 200

    def test_finds_nothing_that_its_reader_may_not_see(self, cast: Cast, source: Source, analyst: Client) -> None:
        with acting_as(cast.administrator):
            letters = open_compartment(
                name="Letters", kind=CompartmentKind.INTAKE, reader_roles=[Role.SUPERVISOR], by=cast.administrator
            )
        send(source, cast, title="Fire", place="Lisbon", entities=[THING])
        send(make_source(cast, compartment_id=letters.id), cast, title="Fire", place="Lisbon", entities=[THING])
        entity = analyst.get("/inbox?words=fire").context["page"].rows[0].entities[0]["id"]
        for query in ("words=fire", "place=lisbon", f"entity={entity}"):
            seen = {
                name: as_person(cast, name).get(f"/inbox?{query}").context["total"].count
                for name in ("supervisor", "analyst", "outsider")
            }
            assert seen == {"supervisor": 2, "analyst": 1, "outsider": 0}

    def test_shows_titles_and_names_as_text(self, cast: Cast, analyst: Client) -> None:
        mark = "<b onclick='x'>\"&"
        named = make_source(cast, name=f"{mark} source")
        send(named, cast, title=f"{mark} title", entities=[{"kind": "person", "value": f"{mark} name"}])
        assert "<b onclick" not in page(analyst, f"/inbox/rows?words=title&source={named.id}")

    def test_takes_few_statements(
        self, cast: Cast, source: Source, analyst: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(30):
            send(source, cast, title=f"Signal {number}", entities=[THING])
        for address in ("/inbox", "/inbox/rows", "/inbox?sort=severe&words=signal&assigned=nobody"):
            with django_assert_max_num_queries(MOST_STATEMENTS):
                page(analyst, address)

    @pytest.mark.parametrize(
        ("query", "words"),
        [("show=snoozed", "Nothing is snoozed"), ("show=judged", "Nothing was judged"),
         ("words=zebra", "No signal fits")],
    )  # fmt: skip
    def test_says_why_it_is_empty(self, analyst: Client, query: str, words: str) -> None:
        assert words in page(analyst, f"/inbox?{query}")

    def test_is_quiet_once_there_is_a_source(self, source: Source, analyst: Client) -> None:
        assert "All quiet" in page(analyst, "/inbox")

    @pytest.mark.parametrize(("name", "adds"), [("supervisor", True), ("analyst", False)])
    def test_leads_a_new_organisation_to_sources_and_reports(self, cast: Cast, name: str, adds: bool) -> None:
        rows = page(as_person(cast, name), "/inbox/rows")
        assert "Nothing has arrived yet" in rows
        assert 'href="/report"' in rows
        assert ('href="/administration/sources/"' in rows) is adds

    def test_refuses_a_foreign_cursor(self, analyst: Client) -> None:
        assert analyst.get("/inbox?after=WyJ4IiwieSJd").status_code == 422
        severe = encode_cursor(["high", "2026-01-01T00:00:00+00:00", str(uuid7())])
        assert analyst.get(f"/inbox?sort=severe&after={severe}").status_code == 422

    @pytest.mark.parametrize("name", ["reporter", "responder", "hr", "auditor", "administrator"])
    def test_is_not_there_for_others(self, cast: Cast, name: str) -> None:
        assert as_person(cast, name).get("/inbox").status_code == 404

    def test_asks_strangers_to_sign_in(self, db: None) -> None:
        assert Client().get("/inbox").status_code == 302


class TestSignalPage:
    def test_tells_all_in_few_statements(
        self, cast: Cast, source: Source, analyst: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in "123":
            received = send(source, cast, title="Door <forced>", entities=[THING], dedup_key="d", note="<b>raw</b>")
        with acting_as(cast.analyst):
            triage.assign(received.signal_id, cast.analyst.id, cast.analyst)
        with django_assert_max_num_queries(MOST_STATEMENTS):
            text = page(analyst, f"/signals/{received.signal_id}")
        for words in (
            "Door &lt;forced&gt;",
            "Viktor Hale",
            "It arrived 3 times",
            "assigned it to Ana Analyst",
            "&lt;b&gt;raw",
        ):
            assert words in text
        assert "<b>raw" not in text

    def test_is_not_there_for_another_organisation(self, cast: Cast, source: Source) -> None:
        received = send(source, cast)
        outsider = as_person(cast, "outsider")
        for below in ("", "/occurrences", "/duplicate/candidates"):
            assert outsider.get(f"/signals/{received.signal_id}{below}").status_code == 404
        assert outsider.get(f"/inbox/signals/{received.signal_id}").status_code == 404

    def test_hands_out_the_raw_payload_as_a_download(self, cast: Cast, source: Source, analyst: Client) -> None:
        received = send(source, cast, title="<script>alert(1)</script>")
        arrivals = analyst.get(f"/signals/{received.signal_id}").context["arrivals"]
        answer = analyst.get(f"/signals/{received.signal_id}/occurrences/{arrivals[0].occurrence.id}/raw")
        assert answer.content == b'{"title":"<script>alert(1)</script>"}'
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] == "application/octet-stream"


class TestCandidates:
    def test_offers_what_shares_an_entity(self, cast: Cast, source: Source, analyst: Client) -> None:
        one = send(source, cast, title="One", entities=[THING])
        send(source, cast, title="Twin", entities=[THING])
        send(source, cast, title="Stranger")
        text = page(analyst, f"/signals/{one.signal_id}/duplicate/candidates")
        assert "Twin" in text
        assert "Stranger" not in text
        assert "Stranger" in page(analyst, f"/signals/{one.signal_id}/duplicate/candidates?q=stranger")
