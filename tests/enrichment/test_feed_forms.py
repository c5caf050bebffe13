# SPDX-License-Identifier: Apache-2.0
"""The form of a feed."""

from pathlib import Path

from longwatch.enrichment.feed_forms import SCHEMES, FeedForm, initial_of, of_feed
from longwatch.enrichment.feed_models import FeedKind
from tests.enrichment.cast_feeds import make_feed
from tests.personas import Cast

STYLES = Path(__file__).resolve().parents[2] / "frontend" / "src" / "css" / "forms.css"
NEW = {
    "label": "OSINT", "kind": "taxii", "url": "https://feed.invalid/taxii2", "scheme": "none",
    "interval_seconds": "3600", "days": "30", "collection": "Ours",
}  # fmt: skip


def test_takes_what_is_of_use_for_the_kind() -> None:
    form = FeedForm(NEW | {"tags": "a, b"})
    assert form.is_valid()
    wanted = form.wanted()
    assert (wanted.settings, wanted.interval_seconds) == ({"days": 30, "collection": "Ours"}, 3600)


def test_leaves_what_the_list_of_a_feed_holds(cast: Cast) -> None:
    feed = make_feed(cast, kind="list", settings={"holds": "kev"})
    form = of_feed(NEW | {"kind": "list", "holds": "warninglist"}, feed)
    assert form.is_valid()
    assert form.wanted().settings["holds"] == "kev"


def test_names_what_is_missing() -> None:
    assert set(FeedForm({}).errors) == {"label", "kind", "url", "scheme", "interval_seconds"}


def test_overlooks_what_is_wrong_with_a_field_that_the_kind_does_not_have() -> None:
    form = FeedForm(NEW | {"column": "x", "query": "[1]"})
    assert form.is_valid()
    assert form.wanted().settings == {"days": 30, "collection": "Ours"}


def test_shows_no_column_where_none_is_set(cast: Cast) -> None:
    assert initial_of(make_feed(cast, kind="list", settings={"holds": "kev"}))["column"] is None


def test_shows_each_field_with_what_has_it() -> None:
    shown = {bound.name: (kinds, schemes) for bound, kinds, schemes in FeedForm().shown()}
    assert shown["collection"] == ("taxii", "")
    assert shown["user"] == ("", "basic")
    assert shown["label"] == ("", "")


def test_every_field_of_a_kind_or_scheme_is_hidden_by_the_style_sheet() -> None:
    rules = STYLES.read_text(encoding="utf-8")
    assert all(f'[data-kinds~="{kind}"]' in rules for kind in FeedKind.values)
    assert all(f'[data-schemes~="{scheme}"]' in rules for scheme, _label in SCHEMES)


def test_refuses_a_search_that_is_none() -> None:
    assert "query" in FeedForm(NEW | {"kind": "misp_server", "query": "[1]"}).errors


def test_keeps_an_interval_that_was_set_by_api(cast: Cast) -> None:
    feed = make_feed(cast, interval_seconds=1234)
    form = of_feed(NEW | {"interval_seconds": "1234"}, feed)
    assert form.is_valid()
    assert "list_name" not in form.fields
    assert initial_of(feed)["interval_seconds"] == 1234
