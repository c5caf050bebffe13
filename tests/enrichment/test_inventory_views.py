# SPDX-License-Identifier: Apache-2.0
"""Pages of the inventory."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.enrichment.services.test_inventory import TABLE, added, names
from tests.enrichment.test_views import browser_of, text
from tests.personas import Cast

ASSETS = "/inventory/assets"
IMPORT = "/inventory/assets/import"
NEW = {"name": "web1", "identifiers": "host:web1\nip:192.0.2.7", "criticality": "high", "owner": "Ops"}


class TestAssets:
    def test_adds_one_and_says_so(self, cast: Cast) -> None:
        browser = browser_of(cast, "supervisor")
        assert browser.post(ASSETS, NEW).status_code == 302
        page = text(browser.get(ASSETS))
        assert "web1 is in the inventory." in page
        assert "host:web1, ip:192.0.2.7" in page

    def test_keeps_what_was_typed_and_names_what_is_wrong(self, cast: Cast) -> None:
        answer = browser_of(cast, "supervisor").post(ASSETS, NEW | {"identifiers": "web1"})
        assert answer.status_code == 422
        assert "“web1” is not of the form kind:value" in text(answer)
        assert names(cast) == []

    def test_says_beside_the_name_that_it_is_taken(self, cast: Cast) -> None:
        browser = browser_of(cast, "supervisor")
        browser.post(ASSETS, NEW)
        answer = browser.post(ASSETS, NEW)
        assert answer.status_code == 409
        assert "There is one of this name already." in text(answer)

    def test_finds_by_any_word_of_it(self, cast: Cast) -> None:
        added(cast)
        added(cast, name="db1", identifiers=["ip:198.51.100.9"])
        browser = browser_of(cast, "analyst")
        assert "db1" in text(browser.get(f"{ASSETS}?q=198.51"))
        assert "web1" not in text(browser.get(f"{ASSETS}?q=198.51"))
        assert "Nothing fits" in text(browser.get(f"{ASSETS}?q=100%25"))

    def test_goes_on_page_by_page(self, cast: Cast) -> None:
        for number in range(51):
            added(cast, name=f"host{number:02}", identifiers=[])
        browser = browser_of(cast, "analyst")
        first = text(browser.get(ASSETS))
        after = first.partition("after=")[2].partition('"')[0]
        assert "host49" in first
        assert "host50" not in first
        assert "host50" in text(browser.get(f"{ASSETS}?after={after}"))

    def test_offers_no_form_to_who_may_only_read(self, cast: Cast) -> None:
        added(cast)
        browser = browser_of(cast, "analyst")
        assert "New asset" not in text(browser.get(ASSETS))
        assert browser.post(ASSETS, NEW | {"name": "x"}).status_code == 403

    def test_is_empty_for_another_organisation(self, cast: Cast) -> None:
        added(cast)
        assert "Nothing is in the inventory yet" in text(browser_of(cast, "outsider").get(ASSETS))


class TestIdentities:
    def test_are_a_list_of_their_own(self, cast: Cast) -> None:
        added(cast, what="identity", name="Ana", manager="Ines")
        browser = browser_of(cast, "analyst")
        assert "Ines" in text(browser.get("/inventory/identities"))
        assert "Ana" not in text(browser.get(ASSETS)).partition("<main")[2].partition("table")[2]


class TestItemPage:
    def test_changes_it(self, cast: Cast) -> None:
        row = added(cast)
        browser = browser_of(cast, "supervisor")
        assert browser.post(f"/inventory/items/{row.id}", NEW | {"site": "Graz"}).status_code == 302
        page = text(browser.get(f"/inventory/items/{row.id}"))
        assert "web1 was changed." in page
        assert 'value="Graz"' in page

    def test_is_read_by_analysts_and_nobody_elsewhere(self, cast: Cast) -> None:
        row = added(cast)
        assert "ip:192.0.2.7" in text(browser_of(cast, "analyst").get(f"/inventory/items/{row.id}"))
        for name in ("outsider", "auditor", "administrator"):
            assert browser_of(cast, name).get(f"/inventory/items/{row.id}").status_code == 404


class TestRemoval:
    def test_takes_it_out(self, cast: Cast) -> None:
        row = added(cast)
        assert browser_of(cast, "analyst").post(f"/inventory/items/{row.id}/removal").status_code == 403
        assert browser_of(cast, "supervisor").post(f"/inventory/items/{row.id}/removal").status_code == 302
        assert names(cast) == []


class TestImportAssets:
    def test_says_first_what_would_happen(self, cast: Cast) -> None:
        answer = browser_of(cast, "supervisor").post(IMPORT, {"file": SimpleUploadedFile("a.csv", TABLE.encode())})
        assert answer.status_code == 200
        assert "2 would be added, 0 changed, 0 stay as they are. Nothing is written yet." in text(answer)
        assert names(cast) == []

    def test_then_does_it(self, cast: Cast) -> None:
        browser = browser_of(cast, "supervisor")
        assert browser.post(IMPORT, {"text": TABLE, "sure": "1"}).status_code == 302
        assert names(cast) == ["db1", "web1"]
        assert "2 added, 0 changed." in text(browser.get(ASSETS))

    def test_names_the_lines_that_are_wrong_and_writes_nothing(self, cast: Cast) -> None:
        answer = browser_of(cast, "supervisor").post(IMPORT, {"text": TABLE + "x,,,,huge\n", "sure": "1"})
        assert answer.status_code == 422
        assert "Line 4" in text(answer)
        assert "Use low, normal, high or critical." in text(answer)
        assert names(cast) == []

    @pytest.mark.parametrize("sent", [{}, {"text": " "}, {"file": SimpleUploadedFile("a.csv", b"\xff\xfe\xff")}])
    def test_says_what_is_missing(self, cast: Cast, sent: dict[str, object]) -> None:
        answer = browser_of(cast, "supervisor").post(IMPORT, sent)
        assert answer.status_code == 422
        assert "There is a problem" in text(answer)

    @pytest.mark.parametrize("name", ["analyst", "administrator", "hr"])
    def test_is_not_there_for_others(self, cast: Cast, name: str) -> None:
        assert browser_of(cast, name).get(IMPORT).status_code == 404


class TestImportIdentities:
    def test_takes_people(self, cast: Cast) -> None:
        browser = browser_of(cast, "supervisor")
        browser.post(
            "/inventory/identities/import", {"text": "name,email,manager\nAna,a@b.example,Ines\n", "sure": "1"}
        )
        assert names(cast, "identity") == ["Ana"]
