# SPDX-License-Identifier: Apache-2.0
"""Bundles: made by a job as the person who asked, with nothing in them that the audience must not have."""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Membership
from longwatch.access.oversight import Sight, SightKind
from longwatch.cases.models import Case
from longwatch.cases.services.sections import open_section
from longwatch.core.postgres.address import Address
from longwatch.evidence.models import CustodyEvent
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.services.building import build, file_of, part_of
from longwatch.exchange.services.deciding import decide_item
from longwatch.exchange.services.requesting import cancel_export, request_export
from longwatch.ledger.models import LedgerEntry
from longwatch.records.models import EntryKind
from longwatch.records.reference import placed
from longwatch.records.services.timeline import add_entry
from tests.exchange.material import LETTER, a_full_case, exported, mention, plain, ref
from tests.fixtures.spoiling import spoiled
from tests.personas import Cast, make_cast


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_full_case(cast)


def files(row: Export) -> dict[str, bytes]:
    """What is in the bundle, by path."""
    with ZipFile(plain(row)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def asked(case: Case, cast: Cast) -> Export:
    by = cast.investigator
    with acting_as(by):
        return request_export(ref(case, cast), audience="internal", recipient="The board", purpose="News", by=by)


def written(found: Mapping[str, bytes]) -> str:
    """Everything in the bundle but the exhibits themselves."""
    return "\n".join(
        content.decode("utf-8", "replace") for path, content in found.items() if not path.startswith("data/exhibits/")
    )


class TestBuild:
    def test_makes_a_bundle_with_everything_in_it_that_nobody_else_can_read(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        assert (row.status, row.failure) == (ExportStatus.READY, "")
        found = files(row)
        assert found["data/exhibits/0001-letter.txt"] == LETTER
        assert {f"data/{name}" for name in ("report.pdf", "timeline.csv", "custody.csv", "stix.json")} <= set(found)
        assert found["data/report.pdf"].startswith(b"%PDF")
        assert "'=1+1" not in found["data/timeline.json"].decode()
        assert file_of(row).stat().st_mode & 0o077 == 0
        assert row.counts["exhibits"] == 2

    def test_keeps_the_file_sealed_and_for_as_long_as_the_operator_wants(
        self, cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_EXPORT_DAYS", "2")
        row = exported(case, cast)
        assert LETTER not in file_of(row).read_bytes()
        assert b"longwatch/VERIFY.md" not in file_of(row).read_bytes()
        assert row.expires_at is not None
        assert row.finished_at is not None
        assert row.expires_at - row.finished_at == timedelta(days=2)
        assert abs(file_of(row).stat().st_mtime - row.expires_at.timestamp()) < 1

    def test_enters_its_digest_into_the_ledger_and_the_exhibits_into_their_chains(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        with acting_as(cast.investigator):
            assert LedgerEntry.objects.filter(record_id=case.id, action="export.created").count() == 1
            reasons = CustodyEvent.objects.filter(kind="exported").values_list("reason", flat=True)
            assert list(reasons) == ["Export for Ms Court (Inside the organisation)"] * 2
        assert len(row.tagmanifest_sha256) == 64

    def test_keeps_the_hash_of_the_file_as_it_is_downloaded_and_that_of_what_is_signed(
        self, cast: Cast, case: Case
    ) -> None:
        row = exported(case, cast)
        assert row.sha256 == sha256(plain(row).read_bytes()).hexdigest()
        assert row.tagmanifest_sha256 == sha256(files(row)["tagmanifest-sha256.txt"]).hexdigest()

    def test_proves_every_entry_of_the_record(self, committed_db: Address) -> None:
        cast = make_cast()
        row = exported(a_full_case(cast), cast)
        found = files(row)
        leaves = [json.loads(line) for line in found["data/ledger/leaves.jsonl"].splitlines()]
        assert row.counts["unsealed_entries"] == 0
        assert len(leaves) == row.counts["entries"] > 10
        timeline: list[dict[str, Any]] = json.loads(found["data/timeline.json"])
        assert all(line["entry"] is not None for line in timeline)

    def test_is_no_bundle_when_it_was_called_off(self, cast: Cast, case: Case) -> None:
        row = asked(case, cast)
        with acting_as(cast.investigator):
            cancel_export(row.id, by=cast.investigator)
        assert build(row.id, cast.investigator.id) is None
        assert not file_of(row).exists()

    def test_fails_with_a_sentence_when_the_person_may_no_longer_see_the_record(self, cast: Cast, case: Case) -> None:
        row = asked(case, cast)
        with acting_as(cast.lead):
            Membership.objects.get(account_id=cast.investigator.id, ended_at=None)
        assert build(row.id, cast.auditor.id) is None
        assert not part_of(row).exists()

    def test_fails_with_a_sentence_when_an_exhibit_is_damaged(self, cast: Cast, case: Case, folders: Any) -> None:
        for path in (folders / "evidence").rglob("*"):
            if path.is_file() and path.stat().st_size > 100:
                path.chmod(0o600)
                path.write_bytes(spoiled(path.read_bytes()))
        row = exported(case, cast)
        assert row.status == ExportStatus.FAILED
        assert "not those that were sealed" in row.failure
        assert not file_of(row).exists()


class TestRedaction:
    """Words planted where an audience must not find them."""

    def test_reporters_and_witnesses_are_in_no_file_for_a_regulator(self, cast: Cast, case: Case) -> None:
        text = written(files(exported(case, cast, "regulator")))
        for word in ("Wanda", "wanda@example.org", "Rita", "1234567"):
            assert word not in text, word
        assert "Jonas Weber" in text
        assert "[Witness 1]" in text

    def test_the_staff_and_all_others_are_in_no_file_for_the_person_concerned(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast, "subject", about_id=mention(case, "Jonas Weber", cast))
        found = files(row)
        about = {path: content for path, content in found.items() if path.startswith("data/")}
        text = written(about)
        for word in ("Wanda", "Rita", "Ines", "Investigator", "Leo Lead", "evil.example"):
            assert word not in text or word == "evil.example", word
        assert not any(path.startswith("data/exhibits/") for path in found)
        assert "Jonas Weber" in text

    def test_reporters_are_in_no_file_at_all(self, cast: Cast, case: Case) -> None:
        assert "Rita" not in written(files(exported(case, cast, "internal")))

    def test_privileged_lines_leave_with_counsels_own_bundle_for_counsel_only(self, cast: Cast, case: Case) -> None:
        secret = "advice under privilege"
        with acting_as(cast.counsel):
            inner = open_section(case.id, section="privileged", by=cast.counsel)
            place = placed(ref_as(case, cast), inner.id)
            add_entry(place, kind=EntryKind.NOTE, text=secret, by=cast.counsel)
        found = {
            (name, audience): secret in written(files(exported(case, cast, audience, by=cast.actors[name])))
            for name in ("counsel", "investigator") for audience in ("internal", "counsel", "regulator")
        }  # fmt: skip
        assert {key for key, inside in found.items() if inside} == {("counsel", "counsel")}

    def test_says_that_a_section_was_taken_away_only_when_something_of_it_was(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.counsel):
            inner = open_section(case.id, section="privileged", by=cast.counsel)
            add_entry(placed(ref_as(case, cast), inner.id), kind=EntryKind.NOTE, text="advice", by=cast.counsel)
        rows = {audience: exported(case, cast, audience, by=cast.counsel) for audience in ("internal", "counsel")}
        assert {audience: inner.id in row.compartments for audience, row in rows.items()} == {
            "internal": False, "counsel": True
        }  # fmt: skip
        assert all(case.compartment_id in row.compartments for row in rows.values())
        with acting_as(cast.counsel):
            seen = Sight.objects.filter(compartment_id=inner.id, how=SightKind.EXPORTED)
            assert seen.count() == 1

    def test_a_line_withheld_by_decision_leaves_only_its_ground(self, cast: Cast, case: Case) -> None:
        by = cast.investigator
        with acting_as(by):
            entry = case_entry(case.id)
            decide_item(
                ref(case, cast), audience="internal", item_kind="entry", item_id=str(entry), choice="withhold",
                ground="prejudice", reason="Still being looked at", by=by,
            )  # fmt: skip
        text = written(files(exported(case, cast)))
        assert "A letter arrived" not in text
        assert "Still being looked at" not in text
        assert "It would prejudice an investigation" in text


def ref_as(case: Case, cast: Cast) -> Any:
    """The case as a reference, in the transaction that is open."""
    return ref(case, cast)


def case_entry(case_id: UUID) -> UUID:
    """The entry about the letter."""
    found = LedgerEntry.objects.filter(record_id=case_id, action="timeline.entry_added").order_by("-id")
    return UUID(str(found.values_list("subject_id", flat=True)[0]))
