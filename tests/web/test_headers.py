# SPDX-License-Identifier: Apache-2.0
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from longwatch.web.middleware import ContentSecurityPolicy


def answer(actor: object = None) -> HttpResponse:
    request = RequestFactory().get("/")
    vars(request)["actor"] = actor
    response = ContentSecurityPolicy(lambda _request: HttpResponse("page"))(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    "directive",
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ],
)
def test_a_page_loads_only_its_own(directive: str) -> None:
    assert directive in answer()["Content-Security-Policy"].split("; ")


def test_nothing_inline_and_nothing_computed_is_allowed() -> None:
    assert "unsafe" not in answer()["Content-Security-Policy"]


def test_a_signed_in_page_is_kept_out_of_caches() -> None:
    assert answer(SimpleNamespace())["Cache-Control"] == "no-store, private"


def test_a_public_page_may_be_cached() -> None:
    assert "Cache-Control" not in answer()


def test_the_address_of_a_page_is_not_told_to_others() -> None:
    assert answer()["Referrer-Policy"] == "same-origin"
    assert answer()["X-Content-Type-Options"] == "nosniff"
    assert answer()["Cross-Origin-Opener-Policy"] == "same-origin"
