# SPDX-License-Identifier: Apache-2.0
"""What somebody is told whose session ended while a page was open, and the way back to that page."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from longwatch.core.errors import SignInNeeded
from longwatch.web.views import refusal_toast

READING = ("GET", "HEAD")


def sign_in_address(request: HttpRequest) -> str:
    """Where to sign in to return to the page that the reader has before them."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of_request(request)})}"


def signed_out(request: HttpRequest) -> HttpResponse:
    """Refuse (401) a part of a page, with a link to sign in."""
    sentence = _("You were signed out. Sign in again.")
    if request.method not in READING:
        sentence = _("You were signed out. Sign in again; what you typed is kept.")
    return refusal_toast(request, sentence, SignInNeeded.status, link=sign_in_address(request))


def page_of_request(request: HttpRequest) -> str:
    """The page itself when read; the page that the change was sent from, as many take only what is sent."""
    shown = request.headers.get("HX-Current-URL", "")
    if not shown and request.method not in READING:
        shown = request.headers.get("Referer", "")
    parts = urlsplit(shown)
    if parts.netloc != request.get_host() or not parts.path:
        return request.get_full_path()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
