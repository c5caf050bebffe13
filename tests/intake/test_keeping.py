# SPDX-License-Identifier: Apache-2.0
"""What is said of a body that is kept."""

import hashlib
import json

from longwatch.core.actor import system
from longwatch.core.ids import uuid7
from longwatch.intake.arrival import SourceFacts
from longwatch.intake.delivery_models import DeliveryState, Way
from longwatch.intake.keeping import LONGEST_REASON, Kept, keeping, one_line

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
