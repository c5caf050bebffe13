# SPDX-License-Identifier: Apache-2.0
"""Parts of pages, when somebody opens their address by itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe

# Every browser asks for this when it opens an address, and for no part of a page.
DOCUMENT = "application/xhtml+xml"
WHOLE = b"<!doctype"


class WholePages:
    """Puts a part that is opened by itself, in a new tab or without JavaScript, into the frame of a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and complete what is only a part."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not _is_part(response):
            return response
        patch_vary_headers(response, ["Accept", "HX-Request"])
        if _is_opened(request):
            # It was escaped where it was made.
            part = mark_safe(response.content.decode(response.charset))  # noqa: S308
            response.content = render_to_string("web/part.html", {"part": part, "page": page_of(request.path)}, request)
        return response


def _is_part(response: HttpResponse) -> bool:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return is_page and response.status_code == 200 and not response.content.lstrip()[:9].lower().startswith(WHOLE)


def _is_opened(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.headers.get("HX-Request")
        and DOCUMENT in request.headers.get("Accept", "")
    )


def page_of(path: str) -> str:
    """The nearest address above that is one."""
    above = path.rstrip("/").rpartition("/")[0]
    while above:
        try:
            resolve(above)
        except Resolver404:
            above = above.rpartition("/")[0]
        else:
            return above
    return "/"
