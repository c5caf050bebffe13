# SPDX-License-Identifier: Apache-2.0
"""Webhooks out: who is told of what, how far the telling is, what was refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.models import Account, Compartment
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.exchange import hook_selectors as selectors
from longwatch.exchange.hook_models import Subscription
from longwatch.exchange.services.subscribing import close, may_be_told_as, pause, resume, send_again, subscribe
from longwatch.web.forms import blame
from longwatch.web.toasts import say


class SubscriptionForm(forms.Form):
    """Where, what, and on whose behalf."""

    label = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, error_messages={"required": gettext_lazy("Enter a name.")},
        help_text=gettext_lazy("Such as the tool that listens."),
    )  # fmt: skip
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=500,
        error_messages={"required": gettext_lazy("Enter the address that is to be told.")},
        help_text=gettext_lazy("Such as https://soar.example.org/hooks/longwatch"),
    )  # fmt: skip
    patterns = forms.CharField(
        label=gettext_lazy("Events"), widget=forms.Textarea(attrs={"rows": 3}), initial="incident.*",
        error_messages={"required": gettext_lazy("Enter at least one event.")},
        help_text=gettext_lazy("One a line: incident.opened, case.*, or * for all."),
    )  # fmt: skip
    account = forms.ChoiceField(
        label=gettext_lazy("As"), error_messages={"required": gettext_lazy("Choose an account.")},
        help_text=gettext_lazy("What this account may not see is not told. Make one for this purpose."),
    )  # fmt: skip
    compartments = forms.MultipleChoiceField(
        label=gettext_lazy("Only of"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: of everything that the account may see."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, by: Actor, **more: Any) -> None:
        """With the accounts and the shared compartments of the actor's organisation."""
        super().__init__(*arguments, **more)
        people = Account.objects.filter(org_id=by.org_id, is_active=True).order_by("name")
        places = Compartment.objects.filter(org_id=by.org_id, record_id=None).order_by("name")
        account, compartments = self.fields["account"], self.fields["compartments"]
        assert isinstance(account, forms.ChoiceField)
        assert isinstance(compartments, forms.MultipleChoiceField)
        account.choices = [
            ("", _("Choose an account")),
            *((str(each.id), each.name) for each in people if may_be_told_as(each, by.id)),
        ]
        compartments.choices = [(str(each.id), each.name) for each in places]
        if not compartments.choices:
            del self.fields["compartments"]


def _administrator(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.ACCOUNT_ADMINISTER)


@require_http_methods(["GET", "POST"])
def subscription_list(request: HttpRequest) -> HttpResponse:
    """All of them, and the form for a new one; a new secret is shown on this answer only."""
    actor = _administrator(request)
    if request.method == "POST":
        require_recent(request)
    form = SubscriptionForm(request.POST or None, by=actor)
    secret, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        secret, status = _made(form, actor)
        form = form if not secret else SubscriptionForm(by=actor)
    context = {"form": form, "secret": secret, "rows": selectors.subscriptions(actor), "section": "webhooks"}
    return render(request, "exchange/subscriptions.html", context, status=status)


def _made(form: SubscriptionForm, actor: Actor) -> tuple[str, int]:
    """The secret of the new one with the status; no secret when it was refused."""
    given = form.cleaned_data
    try:
        _row, secret = subscribe(
            label=given["label"], url=given["url"], patterns=given["patterns"].split(),
            account_id=UUID(given["account"]), by=actor,
            compartments=[UUID(each) for each in given.get("compartments", ())],
        )  # fmt: skip
    except Invalid as error:
        return "", blame(form, error)
    except Conflict as error:
        form.add_error(None, error.sentence)
        return "", error.status
    return secret, 201


@require_GET
def subscription_page(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """How far the telling of one is, and what was refused."""
    actor = _administrator(request)
    row = selectors.subscription(actor, subscription_id)
    context = {
        "row": row, "letters": selectors.letters(row, actor), "places": selectors.places(row), "section": "webhooks",
        "behind": selectors.behind(row),
    }  # fmt: skip
    return render(request, "exchange/subscription.html", context)


def _act(what: Callable[[UUID, Actor], Subscription], sentence: str | Promise) -> Callable[..., HttpResponse]:
    @require_POST
    def view(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
        row = what(subscription_id, _administrator(request))
        say(request, str(sentence) % {"label": row.label})
        return HttpResponseRedirect(reverse("webhooks:subscription", args=[subscription_id]))

    return view


pausing = _act(lambda key, by: pause(key, "", by=by), gettext_lazy("“%(label)s” is told nothing for now."))
resuming = _act(lambda key, by: resume(key, by=by), gettext_lazy("“%(label)s” is told again."))
closing = _act(lambda key, by: close(key, by=by), gettext_lazy("“%(label)s” is never told again."))


@require_POST
def resending(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Have an event that was refused told again."""
    letter = send_again(letter_id, by=_administrator(request))
    say(request, _("It is told again within seconds."))
    return HttpResponseRedirect(reverse("webhooks:subscription", args=[letter.subscription_id]))
