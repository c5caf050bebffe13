# SPDX-License-Identifier: Apache-2.0
"""The headers that keep a page to itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
FIXED_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
NO_PLACE = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
REPORTERS_PAGE = "/report"


def is_of_reporters(path: str) -> bool:
    """Whether it is the address of a page for reporters, who have no account."""
    return path == REPORTERS_PAGE or path.startswith(f"{REPORTERS_PAGE}/")


class ContentSecurityPolicy:
    """Sets the security headers on every answer, and keeps signed-in pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then add what is missing."""
        response = self.get_response(request)
        for name, value in FIXED_HEADERS.items():
            response.headers.setdefault(name, value)
        if is_of_reporters(request.path_info):
            # Also where a page could not be shown: nothing follows whoever reports.
            response.cookies.clear()
            response.headers["Permissions-Policy"] = NO_PLACE
            response.headers["Cache-Control"] = "no-store, private"
        if vars(request).get("actor") is not None:
            response.headers.setdefault("Cache-Control", "no-store, private")
        if request.headers.get("HX-Request"):
            patch_vary_headers(response, ["HX-Request"])
        return response
