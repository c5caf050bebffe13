# SPDX-License-Identifier: Apache-2.0
"""The form of telling a sender."""

from typing import Any

from longwatch.core.errors import Invalid
from longwatch.exchange.sync_forms import SyncForm, initial_of, initial_of_start
from longwatch.exchange.sync_models import SenderSync
from longwatch.exchange.sync_starts import starts
from tests.exchange.sync_material import URL

ENTERED: dict[str, Any] = {
    "url": URL, "scheme": "none", "headers": "kbn-xsrf: longwatch\n\nX: a:b", "call0_method": "POST",
    "call0_content": "json", "call2_occasions": ["dismissed", "closed"], "call2_method": "PUT", "call2_path": "/a",
    "call2_content": "json", "call2_body": "{}",
}  # fmt: skip


def test_only_calls_with_something_in_them_are_wanted() -> None:
    form = SyncForm(ENTERED)
    assert form.is_valid()
    (call,) = form.wanted().calls
    assert (call["occasions"], call["method"], call["path"]) == (["dismissed", "closed"], "PUT", "/a")
    assert form.wanted().headers == {"kbn-xsrf": "longwatch", "X": "a:b"}


def test_what_is_refused_stands_at_its_field() -> None:
    form = SyncForm(ENTERED)
    assert form.is_valid()
    form.blame(Invalid("No.", fields={"calls[0].body": "Wrong body.", "url": "Wrong.", "other": "Else."}))
    assert form.errors["call2_body"] == ["Wrong body."]
    assert form.errors["url"] == ["Wrong."]
    assert form.non_field_errors() == ["Else."]


def test_lines_that_are_no_pairs_are_named() -> None:
    assert "headers" in SyncForm(ENTERED | {"headers": "nothing"}).errors


def test_a_ready_made_one_comes_back_as_it_was() -> None:
    for start in starts().values():
        initial = initial_of_start(start)
        wanted = SyncForm(initial | {"secret": "x"})
        assert wanted.is_valid(), wanted.errors
        assert len(wanted.wanted().calls) == len(start.calls)


def test_the_secret_is_not_shown() -> None:
    assert "wrapped" not in str(initial_of(SenderSync(wrapped="wrapped", url=URL)))
