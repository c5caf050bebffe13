# SPDX-License-Identifier: Apache-2.0
"""What is said of a body that is kept."""

import hashlib
import json

from longwatch.core.actor import system
from longwatch.core.errors import Invalid, LongwatchError
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.delivery_models import DeliveryState, Way
from longwatch.intake.keeping import LONGEST_REASON, MOST_ALONE, NDJSON, Kept, keeping, left_over, one_line

FACTS = SourceFacts(uuid7(), uuid7(), uuid7(), "doors", "Doors", "alert", (), 2, 100, 100, True)


class TestKeeping:
    def test_says_where_it_belongs_and_what_became_of_it(self) -> None:
        by = system(FACTS.org_id, via="test")
        row, raw, entry = keeping(FACTS, Kept(b"\x00{", "text/plain", Way.SYSLOG, reason="No JSON."), by)
        said = json.loads(row)
        assert raw == b"\x00{"
        assert (said["org_id"], said["compartment_id"], said["source_id"]) == (
            str(FACTS.org_id), str(FACTS.compartment_id), str(FACTS.id),
        )  # fmt: skip
        assert (said["way"], said["state"], said["reason"]) == ("syslog", DeliveryState.FAILED.value, "No JSON.")
        assert said["sha256"] == "\\x" + hashlib.sha256(raw).hexdigest()
        assert "raw" not in said
        assert json.loads(entry)["operation"] == said["operation_id"] == str(by.operation_id)

    def test_keeps_reasons_short_and_free_of_what_no_text_holds(self) -> None:
        row, _, _ = keeping(FACTS, Kept(b"x", "a\x00b", reason="NUL \x00 and more" + "x" * 600), system(FACTS.org_id))
        said = json.loads(row)
        assert len(said["reason"]) == LONGEST_REASON
        assert said["content_type"] == "a b"
        assert "\\u0000" not in row


class TestOneLine:
    def test_takes_out_ends_of_lines_and_marks_of_direction(self) -> None:
        assert one_line("a\nb\u202ec ") == "a b c"


class TestLeftOver:
    def test_keeps_each_part_by_itself_with_its_own_reason(self) -> None:
        left = [(b"{", LongwatchError("Cut off.")), (b"5", Invalid("x", fields={"severity": "Odd."}))]
        kept = left_over(left, "application/json", Way.WEBHOOK)
        assert [(each.raw, each.reason, each.way) for each in kept] == [
            (b"{", "Cut off.", Way.WEBHOOK), (b"5", "severity: Odd.", Way.WEBHOOK),
        ]  # fmt: skip

    def test_keeps_lines_together(self) -> None:
        [kept] = left_over([(b"{", LongwatchError("Cut off.")), (b"5", LongwatchError("Odd."))], NDJSON, Way.FILE)
        assert (kept.raw, kept.content_type) == (b"{\n5", NDJSON)
        assert kept.reason.startswith("Cut off. 2 parts")

    def test_keeps_what_is_beyond_a_few_together_one_a_line(self) -> None:
        left = [(b"[%d,\n1]" % number, LongwatchError("Odd.")) for number in range(MOST_ALONE + 2)]
        kept = left_over(left, "application/json", Way.API)
        assert len(kept) == MOST_ALONE + 1
        assert kept[-1].raw == b"[%d, 1]\n[%d, 1]" % (MOST_ALONE, MOST_ALONE + 1)

    def test_keeps_the_same_bytes_once_and_nothing_of_nothing(self) -> None:
        left = [(b"5", LongwatchError("Odd.")), (b" ", LongwatchError("Empty.")), (b"5", LongwatchError("Odd."))]
        assert [each.raw for each in left_over(left, "application/json", Way.API)] == [b"5"]
        assert left_over([], NDJSON, Way.API) == []
