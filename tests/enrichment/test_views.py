# SPDX-License-Identifier: Apache-2.0
"""The panel of a signal and of an incident, and the page of loaded lists."""

import html
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.enrichment import selectors
from longwatch.enrichment.intel.reading import read_bytes
from longwatch.enrichment.lookups import Connection
from longwatch.enrichment.services.intel import load
from longwatch.incidents.services.opening import open_incident
from tests.enrichment.intel_files import KEV, PLACES, loaded
from tests.enrichment.test_stage import run
from tests.intake.cast_signals import make_source, send
from tests.ledger.entries import superuser
from tests.personas import Cast

PAGE = "/administration/intelligence/"


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


class TestPanel:
    def test_says_that_nobody_looked_yet(self, cast: Cast) -> None:
        sent = send(make_source(cast), cast)
        answer = browser_of(cast, "analyst").get(f"/signals/{sent.signal_id}/enrichment")
        assert "Not looked up yet" in text(answer)

    def test_says_what_was_found_by_whom_and_what_is_still_looked_up(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        sent = send(make_source(committed), committed, title="CVE-2021-44228", severity="low")
        run(engine, sent.signal_id)
        page = text(browser_of(committed, "analyst").get(f"/signals/{sent.signal_id}/enrichment"))
        assert "The text is still being looked up." in page
        assert "Apache Log4j2 Remote Code Execution. Known to be exploited since 2021-12-10." in page
        assert "CISA Known Exploited Vulnerabilities 2026.01.05 (2026-01-05)" in page
        assert "Speaks for critical" in page

    def test_shows_where_it_may_be_as_approximate_until_the_sender_says_where_it_is(
        self, committed: Cast, engine: Connection, committed_db: Address
    ) -> None:
        with acting_as(committed.supervisor):
            load(read_bytes(PLACES.encode(), "cities.txt"), by=committed.supervisor)
        sent = send(make_source(committed), committed, place="Springfield")
        run(engine, sent.signal_id)
        browser, address = browser_of(committed, "analyst"), f"/signals/{sent.signal_id}/enrichment"
        page = text(browser.get(address))
        assert 'data-approximate data-lat="37.2" data-lon="-93.3"' in page
        assert "3 places have this name, the most populous is shown" in page
        assert "GeoNames cities.txt (2026-02-01)" in page
        with superuser(committed_db) as database:
            database.execute("set session_replication_role = replica")
            database.execute("update intake_signal set latitude = 1, longitude = 2 where id = %s", [sent.signal_id])
        assert "data-approximate" not in text(browser.get(address))

    def test_says_that_nothing_is_known(self, committed: Cast, engine: Connection) -> None:
        sent = send(make_source(committed), committed)
        run(engine, sent.signal_id)
        engine.execute("update enrichment_look set text = 'done'")
        page = text(browser_of(committed, "analyst").get(f"/signals/{sent.signal_id}/enrichment"))
        assert "Nothing is known about what it names." in page

    def test_is_one_statement_beside_the_signals_own(self, cast: Cast, django_assert_num_queries: Any) -> None:
        sent = send(make_source(cast), cast)
        with acting_as(cast.analyst), django_assert_num_queries(1):
            selectors.enrichment(sent.signal_id)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        sent = send(make_source(cast), cast)
        for name in ("outsider", "hr", "auditor"):
            assert browser_of(cast, name).get(f"/signals/{sent.signal_id}/enrichment").status_code == 404

    def test_stands_on_the_page_of_the_signal(self, cast: Cast) -> None:
        sent = send(make_source(cast), cast)
        page = text(browser_of(cast, "analyst").get(f"/signals/{sent.signal_id}"))
        assert f'hx-get="/signals/{sent.signal_id}/enrichment"' in page


class TestRecordPanel:
    def test_says_what_is_known_of_all_signals_of_an_incident(self, committed: Cast, engine: Connection) -> None:
        loaded(committed, KEV)
        source = make_source(committed)
        sent = [send(source, committed, title=f"CVE-2021-44228 {n}", dedup_key=f"d{n}").signal_id for n in range(2)]
        run(engine, *sent)
        with acting_as(committed.analyst):
            incident = open_incident(title="Log4j", category="FA-01", severity=3, signal_ids=sent, by=committed.analyst)
        browser = browser_of(committed, "analyst")
        page = text(browser.get(f"/enrichment/{incident.id}"))
        assert page.count("Apache Log4j2 Remote Code Execution") == 1
        assert f'hx-get="/enrichment/{incident.id}"' in text(browser.get(f"/incidents/{incident.reference}"))

    def test_says_nothing_to_who_sees_none_of_them(self, cast: Cast) -> None:
        answer = browser_of(cast, "analyst").get(f"/enrichment/{cast.organisation.id}")
        assert (answer.status_code, text(answer).strip()) == (200, "")


class TestIntelligence:
    def test_shows_what_is_loaded_with_edition_and_date(self, cast: Cast) -> None:
        loaded(cast, KEV)
        page = text(browser_of(cast, "administrator").get(PAGE))
        assert "CISA Known Exploited Vulnerabilities" in page
        assert "2026.01.05" in page
        assert "2026-01-05" in page

    def test_says_that_nothing_is_loaded(self, cast: Cast) -> None:
        assert "Nothing is loaded yet" in text(browser_of(cast, "administrator").get(PAGE))

    @pytest.mark.parametrize("name", ["analyst", "auditor", "hr"])
    def test_is_not_there_for_others(self, cast: Cast, name: str) -> None:
        assert browser_of(cast, name).get(PAGE).status_code == 404


class TestRemoval:
    def test_takes_a_list_out(self, cast: Cast) -> None:
        [dataset] = loaded(cast, KEV)
        browser = browser_of(cast, "administrator")
        assert browser.post(f"{PAGE}{dataset.id}/removal").status_code == 302
        page = text(browser.get(PAGE))
        assert "is no longer compared with signals." in page
        assert "Nothing is loaded yet" in page
