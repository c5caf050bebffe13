# SPDX-License-Identifier: Apache-2.0
"""What every form of the life cycle does when it is sent."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest

from longwatch.access.stepup import require_recent
from longwatch.core.errors import Conflict, Invalid
from longwatch.web.forms import blame


def sent(request: HttpRequest, form: forms.Form, do: Callable[[], object]) -> int:
    """The status of the page with its form; 0 when what was sent is done."""
    if request.method != "POST":
        return 200
    require_recent(request)
    if not form.is_valid():
        return 422
    try:
        do()
    except Invalid as error:
        return blame(form, error)
    except Conflict as error:
        form.add_error(None, error.sentence)
        return error.status
    return 0
