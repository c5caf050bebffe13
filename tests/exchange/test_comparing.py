# SPDX-License-Identifier: Apache-2.0
"""What entries say of lines of the lists."""

from typing import Any

from longwatch.exchange.comparing import differing, is_told


def leaf(action: str, actor: str = "account") -> dict[str, Any]:
    return {"action": action, "at": "2026-11-22T12:00:00+00:00", "object": "e1", "actor": {"kind": actor, "id": "a"}}


class TestDiffering:
    def test_knows_a_reporter_by_no_name(self) -> None:
        line = {"kind": "change", "action": "signal.updated", "author": "Rita"} | dict.fromkeys(
            ("occurred_at", "recorded_at"), "2026-11-22"
        )
        assert differing("timeline", line, leaf("signal.updated", "reporter"), {}) == ["author"]

    def test_knows_of_what_a_reporter_did_the_day_alone(self) -> None:
        line = {"kind": "change", "action": "signal.updated", "author": "Reporter"}
        line |= dict.fromkeys(("occurred_at", "recorded_at"), "2026-11-22T12:00:00+00:00")
        assert differing("timeline", line, leaf("signal.updated", "reporter"), {}) == ["occurred_at", "recorded_at"]

    def test_takes_an_entry_for_no_change_whatever_the_line_calls_itself(self) -> None:
        row = {"id": "e1", "kind": "note", "text": "Seen"}
        line = {"id": "e1", "kind": "change", "action": "timeline.entry_added", "text": "Not seen"}
        assert differing("timeline", line, leaf("timeline.entry_added"), {"row": row}) == ["kind", "text"]

    def test_finds_a_column_that_was_taken_out(self) -> None:
        assert differing("tasks", {"id": "e1"}, leaf("task.added"), {"row": {"id": "e1", "title": "Ask"}}) == ["title"]

    def test_reads_receipt_and_withdrawal_from_the_exhibit_and_every_other_link_from_itself(self) -> None:
        exhibit = {"id": "e1", "received_at": "1", "received_label": "Ines", "withdrawn_at": "2"}
        receipt = {"exhibit_id": "e1", "kind": "received", "at": "1", "by": "Ines"}
        assert differing("custody", receipt, leaf("evidence.received"), {"row": exhibit}) == []
        assert differing("custody", receipt, leaf("evidence.withdrawn"), {"row": exhibit}) == ["kind", "at"]
        link = {"id": "c1", "kind": "viewed", "actor_label": "Ines", "at": "3"}
        line = {"id": "c1", "exhibit_id": "e1", "kind": "viewed", "by": "Leo", "at": "3"}
        assert differing("custody", line, leaf("evidence.viewed"), {"row": link}) == ["by"]

    def test_finds_a_line_about_something_else_though_nothing_is_opened(self) -> None:
        assert differing("people", {"id": "e2"}, leaf("mention.added"), {}) == ["id"]


class TestIsTold:
    def test_says_of_which_lines_the_entry_tells_more_than_that_there_is_one(self) -> None:
        assert is_told("timeline", leaf("task.added"), {})
        assert is_told("tasks", leaf("task.added"), {"row": {}})
        assert not is_told("tasks", leaf("task.added"), {"title": "Ask"})
        assert not is_told("timeline", leaf("timeline.entry_added"), {})
