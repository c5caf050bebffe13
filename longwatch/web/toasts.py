# SPDX-License-Identifier: Apache-2.0
"""Short confirmations that float above the page, some of which can undo what they confirm."""

from django.contrib import messages
from django.http import HttpRequest


def say(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Confirm what was done; with an undo URL the reader has ten seconds to take it back."""
    messages.success(request, text, extra_tags=undo_url)


def warn(request: HttpRequest, text: str) -> None:
    """Say that something did not happen."""
    messages.error(request, text)
