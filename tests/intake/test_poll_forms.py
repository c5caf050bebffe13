# SPDX-License-Identifier: Apache-2.0
"""The form of a connection."""

from pathlib import Path
from typing import Any

import pytest

from longwatch.intake.poll_forms import PollForm, initial_of
from longwatch.intake.poll_models import Poll, PollKind, PollScheme

STYLES = Path(__file__).resolve().parents[2] / "frontend" / "src" / "css" / "forms.css"
GIVEN: dict[str, Any] = {
    "label": "SIEM", "kind": "elasticsearch", "url": "https://a.example", "scheme": "none", "index": "logs-*",
    "interval_seconds": "60", "back_hours": "24", "tags": "tlp:white, , x", "query": '{"term": {"a": 1}}',
}  # fmt: skip


def wanted(**given: Any) -> Any:
    form = PollForm(GIVEN | given)
    assert form.is_valid(), form.errors
    return form.wanted()


class TestWanted:
    def test_leaves_out_what_is_of_no_use_for_the_tool(self) -> None:
        assert "tags" not in wanted().settings
        misp = wanted(kind="misp").settings
        assert (misp["tags"], misp["published"], "index" in misp) == (["tlp:white", "x"], False, False)

    def test_reads_the_query(self) -> None:
        assert wanted().settings["query"] == {"term": {"a": 1}}
        assert wanted(query="").settings["query"] is None

    @pytest.mark.parametrize("query", ["x", "[1]", "{" * 2_000])
    def test_refuses_a_query_that_is_none(self, query: str) -> None:
        assert "query" in PollForm(GIVEN | {"query": query}).errors


def test_overlooks_what_is_wrong_with_a_field_that_the_tool_does_not_have() -> None:
    assert "index" not in wanted(kind="misp", index="x" * 300).settings
    assert "index" in PollForm(GIVEN | {"index": "x" * 300}).errors


def test_shows_each_field_with_what_has_it() -> None:
    shown = {bound.name: (kinds, schemes) for bound, kinds, schemes in PollForm().shown()}
    assert shown["index"] == ("elasticsearch opensearch wazuh", "")
    assert shown["tags"] == ("misp", "")
    assert shown["secret"] == ("", "basic key bearer plain")


def test_every_field_of_a_tool_or_scheme_is_hidden_by_the_style_sheet() -> None:
    rules = STYLES.read_text(encoding="utf-8")
    assert all(f'[data-kinds~="{kind}"]' in rules for kind in PollKind.values)
    assert all(f'[data-schemes~="{scheme}"]' in rules for scheme in PollScheme.values)


def test_what_is_shown_again_is_what_was_entered_but_the_secret() -> None:
    poll = Poll(
        label="M", kind="misp", url="https://a.example", scheme="plain", wrapped="hidden", interval_seconds=5,
        settings={"tags": ["a", "b"], "query": {"org": "X"}}, verified=False,
    )  # fmt: skip
    shown = initial_of(poll)
    assert (shown["tags"], shown["query"], shown["unverified"]) == ("a, b", '{"org": "X"}', True)
    assert "hidden" not in shown.values()
