# SPDX-License-Identifier: Apache-2.0
"""A person's own API tokens: made by nobody else, shown once, within what their roles may do."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access import selectors
from longwatch.access.permission import signed_in
from longwatch.access.services import tokens
from longwatch.access.stepup import require_recent
from longwatch.core.errors import NotFound
from longwatch.web.toasts import say
from longwatch.web.token_forms import OwnTokenForm


@require_http_methods(["GET", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens, and the form for a new one; a new token is shown on this answer only."""
    actor = signed_in(request)
    if request.method == "POST":
        require_recent(request)
    form = OwnTokenForm(request.POST if request.method == "POST" else None, by=actor)
    text, status = "", 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            _row, text = tokens.create_token(
                account_id=actor.id, label=given["label"], permissions=given["permissions"],
                expires_at=given["expires_at"], by=actor,
            )  # fmt: skip
            form, status = OwnTokenForm(by=actor), 201
    context = {"form": form, "token_text": text, "tokens": selectors.tokens(actor).filter(account_id=actor.id)}
    return render(request, "web/own_tokens.html", context, status=status)


@require_POST
def revoke_own(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Stop one's own token from working."""
    actor = signed_in(request)
    if not selectors.tokens(actor).filter(account_id=actor.id, id=token_id).exists():
        raise NotFound
    token = tokens.revoke_token(token_id, by=actor)
    say(request, _("The token “%(label)s” no longer works.") % {"label": token.label})
    return HttpResponseRedirect(reverse("web:tokens"))
