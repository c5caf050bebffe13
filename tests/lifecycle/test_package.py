# SPDX-License-Identifier: Apache-2.0
"""What a data subject gets to read."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

from longwatch.lifecycle.models import SubjectFinding, SubjectRequest
from longwatch.lifecycle.package import contents, package_json, package_pdf

ROW = SubjectRequest(
    org_id=uuid4(), kind="access", person="Jonas #Weber", asker="Himself", identity_check="Passport",
    received_on=date(2026, 1, 31), due_on=date(2026, 2, 28), opened_by_id=uuid4(),
)  # fmt: skip


def a_finding(**more: object) -> SubjectFinding:
    return SubjectFinding(
        record_kind="case", record_id=uuid4(), note="for us", decided_at=datetime(2026, 2, 1, tzinfo=UTC), **more
    )


class TestContents:
    def test_hold_what_is_disclosed_and_the_ground_of_what_is_not(self) -> None:
        found = [
            a_finding(choice="disclose", extract="You wrote."), a_finding(choice="withhold", ground="privilege"),
            SubjectFinding(record_kind="case", record_id=uuid4()),
        ]  # fmt: skip
        items = contents(ROW, found)["items"]
        assert [(each["text"], each["ground"]) for each in items] == [("You wrote.", ""), ("", "Legal privilege")]

    def test_hold_neither_notes_nor_identifiers_of_records(self) -> None:
        row = a_finding(choice="disclose", extract="You wrote.")
        whole = package_json(ROW, [row]).decode()
        assert "for us" not in whole
        assert str(row.record_id) not in whole
        assert json.loads(whole)["person"] == "Jonas #Weber"


class TestPackagePdf:
    def test_takes_words_as_words(self) -> None:
        assert package_pdf(ROW, [a_finding(choice="disclose", extract="#panic() *and*\nmore")]).startswith(b"%PDF")
