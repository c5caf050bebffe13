# SPDX-License-Identifier: Apache-2.0
"""Short confirmations."""

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from longwatch.web.toasts import say, warn


def asking() -> HttpRequest:
    """A request that can carry messages."""
    request = RequestFactory().get("/")
    vars(request)["_messages"] = CookieStorage(request)
    return request


def shown(request: HttpRequest) -> str:
    return render_to_string("web/parts/toasts.html", {"messages": get_messages(request)}, request=None)


class TestSay:
    """say"""

    def test_offers_the_way_back_it_was_given(self) -> None:
        request = asking()
        say(request, "Taken <out>.", undo_url="/back/1")
        html = shown(request)
        assert "Taken &lt;out&gt;." in html
        assert 'action="/back/1"' in html

    def test_offers_none_otherwise(self) -> None:
        request = asking()
        say(request, "Saved.")
        assert "<form" not in shown(request)


class TestWarn:
    """warn"""

    def test_is_said_as_what_did_not_happen(self) -> None:
        request = asking()
        warn(request, "Not sent.")
        assert [(str(each), each.level_tag) for each in get_messages(request)] == [("Not sent.", "error")]
