# SPDX-License-Identifier: Apache-2.0
"""Pages of bundles: preview, asking, progress, cancelling, downloading, deciding item by item."""

from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.selectors import case_ref
from longwatch.cases.services.linking import add_signals
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.exchange.api import told
from longwatch.exchange.audiences import Kind
from longwatch.exchange.models import Export, ExportStatus, ItemDecision
from longwatch.ledger.models import LedgerEntry
from longwatch.records.services.tasks import add_task
from tests.exchange.material import a_full_case, exported, mention, upload
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

# Fifteen of its own, one for each kind of thing in a case. Three say who asks, one keeps who saw it, two frame it all.
MOST_STATEMENTS = 15 + 3 + 1 + 2
WANTED = {"audience": "regulator", "recipient": "Data protection authority", "purpose": "Notification"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_full_case(cast)


def signed_in(cast: Cast, name: str = "investigator") -> Client:
    browser = Client()
    browser.force_login(cast.accounts[name])
    return browser


def address(case: Case, rest: str = "") -> str:
    return f"/cases/{case.reference}/export{rest}"


def actions(case: Case, cast: Cast) -> list[str]:
    with acting_as(cast.investigator):
        found = LedgerEntry.objects.filter(record_id=case.id, action__startswith="export.").order_by("id")
        return list(found.values_list("action", flat=True))


class TestPage:
    def test_says_before_anything_is_made_what_goes_and_what_stays(self, cast: Cast, case: Case) -> None:
        text = signed_in(cast).get(address(case), {"audience": "regulator"}).content.decode()
        assert "Stays here" in text
        assert "Not part of what this audience receives." in text
        assert "files leave as they are" in text
        assert "No bundle yet" in text

    def test_asks_for_a_bundle_and_shows_that_it_is_being_made(self, cast: Cast, case: Case) -> None:
        browser = signed_in(cast)
        answer = browser.post(address(case), WANTED, follow=True)
        assert "Waiting for the worker" in answer.content.decode()
        assert actions(case, cast) == ["export.requested"]

    def test_keeps_what_was_typed_when_something_is_missing(self, cast: Cast, case: Case) -> None:
        answer = signed_in(cast).post(address(case), WANTED | {"purpose": ""})
        assert answer.status_code == 422
        assert "Data protection authority" in answer.content.decode()
        assert actions(case, cast) == []

    def test_asks_whom_a_bundle_for_subject_access_is_about(self, cast: Cast, case: Case) -> None:
        browser = signed_in(cast)
        wanted = WANTED | {"audience": "subject"}
        assert browser.post(address(case), wanted).status_code == 422
        about = str(mention(case, "Jonas Weber", cast))
        assert browser.post(address(case), wanted | {"about_id": about}).status_code == 302

    def test_shows_the_hash_of_the_zip_and_that_of_what_is_signed_each_by_its_name(
        self, cast: Cast, case: Case
    ) -> None:
        row = exported(case, cast)
        text = signed_in(cast).get(address(case)).content.decode()
        named, zipped, signed, listed = (
            text.index(each) for each in
            ("SHA-256 of the zip", row.sha256, "SHA-256 of tagmanifest-sha256.txt", row.tagmanifest_sha256)
        )  # fmt: skip
        assert named < zipped < signed < listed
        assert (told(row)["sha256"], told(row)["tagmanifest_sha256"]) == (row.sha256, row.tagmanifest_sha256)

    @pytest.mark.parametrize("rest", ["", "/review"])
    def test_costs_as_many_statements_for_much_as_for_little(
        self, cast: Cast, case: Case, rest: str, django_assert_max_num_queries: Any
    ) -> None:
        browser, by = signed_in(cast), cast.investigator
        source = make_source(cast)
        arrived = [send(source, cast, title=f"Door {number} forced", dedup_key=str(number)) for number in range(3)]
        with acting_as(by):
            record = case_ref(case)
            for number in range(3):
                add_task(record, title=f"Ask again, {number}", by=by)
                add_exhibit(record, upload(f"{number}.txt", b"%d" % number), name="", note="", by=by)
            add_signals(case.id, [each.signal_id for each in arrived], by=by)
        with django_assert_max_num_queries(MOST_STATEMENTS):
            text = browser.get(address(case, rest)).content.decode()
        assert str(Kind.SIGNAL.label) in text


class TestReview:
    def test_withholds_one_line_and_takes_it_back(self, cast: Cast, case: Case) -> None:
        browser, here = signed_in(cast), address(case, "/review?audience=internal&show=decision")
        with acting_as(cast.investigator):
            decision = case.decisions.get()
        words = {
            "audience": "internal", "item_kind": "decision", "item_id": str(decision.id), "choice": "withhold",
            "ground": "prejudice", "reason": "Not yet",
        }  # fmt: skip
        assert browser.post(here, words).status_code == 302
        text = browser.get(here).content.decode()
        assert "It would prejudice an investigation" in text
        assert "Not yet" in text
        with acting_as(cast.investigator):
            row = ItemDecision.objects.get()
        browser.post(here, {"audience": "internal", "end": str(row.id)})
        assert "Leaves as it is" in browser.get(here).content.decode()
        assert actions(case, cast) == ["export.item_decided", "export.item_decision_ended"]

    def test_wants_a_reason(self, cast: Cast, case: Case) -> None:
        words = {"audience": "internal", "item_kind": "record", "item_id": str(case.id), "choice": "withhold"}
        answer = signed_in(cast).post(address(case, "/review"), words)
        assert answer.status_code == 422
        assert "Write why" in answer.content.decode()


class TestCancellation:
    def test_calls_a_bundle_off(self, cast: Cast, case: Case) -> None:
        browser = signed_in(cast)
        browser.post(address(case), WANTED)
        with acting_as(cast.investigator):
            row = Export.objects.get()
        browser.post(f"/exports/{row.id}/cancellation")
        with acting_as(cast.investigator):
            row.refresh_from_db()
        assert row.status == ExportStatus.CANCELLED
        assert "Cancelled" in browser.get(address(case, "/bundles")).content.decode()


class TestFile:
    def test_hands_the_bundle_to_whoever_asked_for_it_and_writes_that_down(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        answer = signed_in(cast).get(f"/exports/{row.id}/file")
        content = answer.getvalue()
        assert (len(content), content[:2]) == (row.size, b"PK")
        assert actions(case, cast)[-1] == "export.downloaded"
        assert row.file_name in answer.headers["Content-Disposition"]

    def test_is_refused_to_other_members_and_hidden_from_everybody_else(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        statuses = [signed_in(cast, name).get(f"/exports/{row.id}/file").status_code for name in ("lead", "supervisor")]
        assert statuses == [403, 404]
