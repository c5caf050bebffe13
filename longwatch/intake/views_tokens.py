# SPDX-License-Identifier: Apache-2.0
"""A token that sends to one source and nowhere else: made on the source's page, shown once, with a line to try it."""

import json
import shlex
from datetime import timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account, ApiToken
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.services.tokens import create_token
from longwatch.access.stepup import require_recent
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake import selectors
from longwatch.intake.models import Source
from longwatch.web.forms import blame

ENDS = (("", gettext_lazy("Until it is revoked")), ("30", gettext_lazy("30 days")), ("365", gettext_lazy("A year")))


class SourceTokenForm(forms.Form):
    """For which program, and how long; what it may do is to send, to this source."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=200,
        error_messages={"required": gettext_lazy("Enter what the token is for.")},
    )  # fmt: skip
    account = forms.ModelChoiceField(
        label=gettext_lazy("Acts as"), empty_label=gettext_lazy("Choose a program"), queryset=Account.objects.none(),
        error_messages={"required": gettext_lazy("Choose the program that the token acts as.")},
    )  # fmt: skip
    ends = forms.ChoiceField(label=gettext_lazy("Works"), required=False, choices=ENDS)

    def __init__(self, *arguments: object, by: Actor, **more: object) -> None:
        """With the programs of the actor's organisation; the only one is chosen."""
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)
        programs = access_selectors.programs(by)
        field.queryset = programs
        if len(programs) == 1:
            field.initial = programs[0]


@require_http_methods(["GET", "POST"])
def token_page(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The tokens of a source, and the form for a new one; a new token is shown on this answer only."""
    actor = require_reading(actor_in(request), Permission.ACCOUNT_ADMINISTER)
    require_recent(request)
    source = selectors.source(actor, source_id)
    form = SourceTokenForm(request.POST or None, by=actor, initial={"label": source.name})
    text, status = "", 200
    if form.is_bound:
        text, status = _made(form, source, actor)
    context = {
        "source": source, "section": "sources", "form": SourceTokenForm(by=actor) if text else form, "text": text,
        "line": curl_line(text, source) if text else "", "programs": access_selectors.programs(actor).exists(),
        "tokens": ApiToken.objects.filter(org_id=actor.org_id, source_id=source.id).select_related("account")
        .order_by("-created_at"),
    }  # fmt: skip
    return render(request, "intake/tokens.html", context, status=status)


def _made(form: SourceTokenForm, source: Source, actor: Actor) -> tuple[str, int]:
    """The text of the new token with the status; none when it was refused."""
    if not form.is_valid():
        return "", 422
    given = form.cleaned_data
    ends = clock.now() + timedelta(days=int(given["ends"])) if given["ends"] else None
    try:
        _token, text = create_token(
            account_id=given["account"].id, label=given["label"], permissions=[Permission.SIGNAL_SUBMIT],
            source_id=source.id, expires_at=ends, by=actor,
        )  # fmt: skip
    except Invalid as refusal:
        return "", blame(form, refusal)
    return text, 201


def curl_line(token: str, source: Source) -> str:
    """A line for a shell that sends a first signal with the token."""
    signal = json.dumps({"title": _("First signal of %(name)s") % {"name": source.name}, "severity": "low"})
    parts = [
        "curl", "-sS", f"{settings.BASE_URL}/api/v1/signals", "-H", f"Authorization: Bearer {token}", "-H",
        "Content-Type: application/json", "-d", signal,
    ]  # fmt: skip
    return shlex.join(parts)
