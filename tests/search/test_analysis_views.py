# SPDX-License-Identifier: Apache-2.0
"""Asking analyzers on the pages of signals, incidents and cases."""

from pathlib import Path
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.selectors import case_ref
from longwatch.enrichment.analysis_models import Analysis
from longwatch.enrichment.services.analyzing import Asked, ask, run_analysis
from longwatch.entities.selectors import mentions
from longwatch.entities.services.mentions import add_mention
from longwatch.records.reference import RecordRef
from longwatch.search.services.identifying import mark
from tests.cases.material import a_case
from tests.enrichment.cast_analyzers import a_signal, answered, enabled, folder_of_analyzers
from tests.enrichment.cortex.tiny import REFUSES, install
from tests.enrichment.test_views import browser_of, text
from tests.lifecycle.closed import an_incident
from tests.personas import Cast


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_analyzers(tmp_path / "analyzers", monkeypatch)


def page_of(record: RecordRef, rest: str = "") -> str:
    return f"/analyses/of/{record.kind}/{record.id}{rest}"


def naming(cast: Cast, record: RecordRef, value: str = "192.0.2.7") -> RecordRef:
    with acting_as(cast.analyst):
        add_mention(record, kind="ip", value=value, part="indicator", by=cast.analyst)
    return record


def answered_in(cast: Cast, record: RecordRef) -> Analysis:
    setup = enabled(cast)
    with acting_as(cast.analyst):
        row = ask(record, setup.id, Asked("ip", "192.0.2.7"), by=cast.analyst)
    run_analysis(row.id, cast.analyst.id)
    return row


class TestAnalyze:
    def test_asks_the_chosen_analyzers_about_the_chosen_thing(self, cast: Cast) -> None:
        record, setup = a_signal(cast), enabled(cast)
        browser = browser_of(cast, "analyst")
        page = text(browser.get(page_of(record)))
        assert "About" in page
        assert "Tiny 1.0 (reaches the network)" in page
        sent = {"thing": "ip::192.0.2.7", "analyzers": [str(setup.id)]}
        after = text(browser.post(page_of(record), sent, follow=True))
        assert "1 analyzer is asked." in after
        assert "Waits for its answer." in after
        with acting_as(cast.analyst):
            assert Analysis.objects.get().value == "192.0.2.7"

    def test_offers_what_a_record_names(self, cast: Cast) -> None:
        enabled(cast)
        record = naming(cast, an_incident(cast))
        assert "192.0.2.7 (IP address)" in text(browser_of(cast, "analyst").get(page_of(record)))

    def test_says_that_nobody_can_be_asked(self, cast: Cast) -> None:
        assert "No analyzer may be asked" in text(browser_of(cast, "analyst").get(page_of(a_signal(cast))))

    def test_says_that_nobody_takes_it(self, cast: Cast) -> None:
        enabled(cast)
        page = text(browser_of(cast, "analyst").get(page_of(a_signal(cast)), {"thing": "person::Jonas Weber"}))
        assert "No analyzer takes “Jonas Weber” (Person)." in page

    def test_asks_nothing_without_a_choice(self, cast: Cast) -> None:
        enabled(cast)
        answer = browser_of(cast, "analyst").post(page_of(a_signal(cast)), {"thing": "ip::192.0.2.7"})
        assert answer.status_code == 422
        assert "Choose at least one analyzer." in text(answer)

    def test_says_that_it_is_marked_too_strictly(self, cast: Cast) -> None:
        record, setup = a_signal(cast, "tlp:red"), enabled(cast)
        sent = {"thing": "ip::192.0.2.7", "analyzers": [str(setup.id)]}
        answer = browser_of(cast, "analyst").post(page_of(record), sent)
        assert answer.status_code == 409
        assert "Tiny may not be told what is marked TLP:RED." in text(answer)

    def test_follows_the_marks_of_the_thing_itself(self, cast: Cast) -> None:
        setup = enabled(cast)
        record = naming(cast, an_incident(cast))
        with acting_as(cast.analyst):
            [named] = mentions(record.id)
            mark(named.entity_id, tlp="red", record=record, reason="Told in confidence", by=cast.analyst)
        sent = {"thing": "ip::192.0.2.7", "analyzers": [str(setup.id)]}
        browser = browser_of(cast, "analyst")
        assert browser.post(page_of(record), sent).status_code == 409
        assert "as marked: RED" in text(browser.get(page_of(record)))

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        record = a_signal(cast)
        for name in ("outsider", "hr", "administrator"):
            assert browser_of(cast, name).get(page_of(record)).status_code == 404

    def test_is_read_by_who_reads_and_asked_by_who_works(self, cast: Cast) -> None:
        enabled(cast)
        record = naming(cast, an_incident(cast))
        setup = str(enabled(cast).id)
        sent = {"thing": "ip::192.0.2.7", "analyzers": [setup]}
        assert browser_of(cast, "responder").post(page_of(record), sent).status_code == 302

    def test_keeps_answers_about_what_a_section_names_in_the_section(self, cast: Cast) -> None:
        setup = enabled(cast)
        with acting_as(cast.investigator):
            record = case_ref(a_case(cast))
        answer = browser_of(cast, "lead").post(
            page_of(record), {"thing": f"ip:{record.compartment_id}:192.0.2.7", "analyzers": [str(setup.id)]}
        )
        assert answer.status_code == 302
        other = browser_of(cast, "lead").post(
            page_of(record), {"thing": f"ip:{cast.signals.id}:192.0.2.7", "analyzers": [str(setup.id)]}
        )
        assert other.status_code == 404

    def test_costs_few_statements(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        record = a_signal(cast)
        answered(cast, record, enabled(cast))
        browser = browser_of(cast, "analyst")
        browser.get(page_of(record))
        with django_assert_max_num_queries(20):
            browser.get(page_of(record))


class TestPanel:
    def test_shows_answers_and_the_way_to_ask(self, cast: Cast) -> None:
        record = a_signal(cast)
        answered(cast, record, enabled(cast))
        page = text(browser_of(cast, "analyst").get(page_of(record, "/panel")))
        assert "malicious: Tiny:Hits=3/5" in page
        assert "proposes 1 thing" in page
        assert f'href="{page_of(record)}"' in page

    def test_is_empty_where_nobody_can_be_asked(self, cast: Cast) -> None:
        assert text(browser_of(cast, "analyst").get(page_of(a_signal(cast), "/panel"))).strip() == ""

    def test_says_why_there_is_no_answer(self, cast: Cast, folder: Path) -> None:
        install(folder, "Refuses", REFUSES)
        record = a_signal(cast)
        answered(cast, record, enabled(cast, "Refuses", {}))
        page = text(browser_of(cast, "analyst").get(page_of(record, "/panel")))
        assert "No answer: the analyzer refused" in page
        assert "Invalid API key" in page

    def test_stands_on_the_pages_of_signals_and_incidents(self, cast: Cast) -> None:
        record, incident = a_signal(cast), an_incident(cast)
        browser = browser_of(cast, "analyst")
        assert page_of(record, "/panel") in text(browser.get(f"/signals/{record.id}"))
        assert page_of(incident, "/panel") in text(browser.get(f"/incidents/{incident.reference}"))


class TestAnswer:
    def test_shows_the_report_as_text(self, cast: Cast) -> None:
        record = a_signal(cast)
        row = answered(cast, record, enabled(cast))
        page = browser_of(cast, "analyst").get(page_of(record, f"/{row.id}")).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "TLP:AMBER, PAP:AMBER" in page

    def test_stands_in_the_history_of_the_record(self, cast: Cast) -> None:
        record = naming(cast, an_incident(cast))
        answered_in(cast, record)
        page = text(browser_of(cast, "analyst").get(f"/incidents/{record.reference}"))
        assert "asked the analyzer Tiny about 192.0.2.7 (TLP:AMBER, PAP:AMBER)" in page


class TestProposal:
    def test_names_it_in_the_record(self, cast: Cast) -> None:
        record = naming(cast, an_incident(cast))
        row = answered_in(cast, record)
        browser, address = browser_of(cast, "analyst"), page_of(record, f"/{row.id}")
        assert "Name it in the record" in text(browser.get(address))
        after = text(browser.post(f"{address}/proposals", {"artifact": "0"}, follow=True))
        assert "bad.example is named in the record." in after
        with acting_as(cast.analyst):
            [named] = [each for each in mentions(record.id) if each.value == "bad.example"]
            assert (named.part, named.note) == ("indicator", "Proposed by Tiny")

    def test_refuses_what_is_not_proposed(self, cast: Cast) -> None:
        record = naming(cast, an_incident(cast))
        row = answered_in(cast, record)
        answer = browser_of(cast, "analyst").post(page_of(record, f"/{row.id}/proposals"), {"artifact": "9"})
        assert answer.status_code == 422
