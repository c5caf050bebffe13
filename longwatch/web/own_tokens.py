# SPDX-License-Identifier: Apache-2.0
"""A person's own API tokens: made by nobody else, shown once, within what their roles may do."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access import selectors
from longwatch.access.permission import actor_in
from longwatch.access.services import tokens
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound, SignInNeeded
from longwatch.web.toasts import say


class OwnTokenForm(forms.Form):
    """What for, and how much of what the person may do."""

    label = forms.CharField(label=gettext_lazy("What it is for"), max_length=200)
    permissions = forms.MultipleChoiceField(label=gettext_lazy("May"), widget=forms.CheckboxSelectMultiple)

    def limited_to(self, actor: Actor) -> "OwnTokenForm":
        """The form with the actor's own permissions to choose from."""
        choices = [(permission, permission) for permission in sorted(actor.permissions)]
        self.fields["permissions"].choices = choices  # type: ignore[attr-defined]
        return self


@require_http_methods(["GET", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens, and the form for a new one; a new token is shown on this answer only."""
    actor = _person(request)
    form = OwnTokenForm(request.POST if request.method == "POST" else None).limited_to(actor)
    text, status = "", 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            _row, text = tokens.create_token(
                account_id=actor.id, label=given["label"], permissions=given["permissions"], by=actor
            )
            form, status = OwnTokenForm().limited_to(actor), 201
    context = {"form": form, "token_text": text, "tokens": selectors.tokens(actor).filter(account_id=actor.id)}
    return render(request, "web/own_tokens.html", context, status=status)


@require_POST
def revoke_own(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Stop one's own token from working."""
    actor = _person(request)
    if not selectors.tokens(actor).filter(account_id=actor.id, id=token_id).exists():
        raise NotFound
    token = tokens.revoke_token(token_id, by=actor)
    say(request, _("The token “%(label)s” no longer works.") % {"label": token.label})
    return HttpResponseRedirect(reverse("web:tokens"))


def _person(request: HttpRequest) -> Actor:
    actor = actor_in(request)
    if actor is None:
        raise SignInNeeded(_("Sign in to see your tokens."))
    return actor
