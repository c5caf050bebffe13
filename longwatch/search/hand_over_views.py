# SPDX-License-Identifier: Apache-2.0
"""Closing the account of somebody who leaves, for administrators; what waits for somebody to take it over."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access import selectors
from longwatch.access.permission import signed_in
from longwatch.access.stepup import require_recent
from longwatch.core.errors import Conflict, Invalid
from longwatch.core.ids import uuid_or_none
from longwatch.evidence.selectors import in_hands
from longwatch.search import leaving, receipts
from longwatch.search.services.handing_over import approve, close_account, in_hand
from longwatch.web.administration import administrator
from longwatch.web.toasts import say

LONGEST_REASON = 300


@require_http_methods(["GET", "POST"])
def closing(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """What somebody has in hand, in numbers, and who can take it over; closes the account when sent."""
    actor = administrator(request)
    person = selectors.account_of(actor, account_id)
    errors: Mapping[str, str] = {}
    refusal, status = "", 200
    if request.method == "POST":
        require_recent(request)
        try:
            close_account(person.id, successors=_chosen(request), reason=request.POST.get("reason", "")[:300], by=actor)
        except Invalid as error:
            errors, status = error.fields, 422
            refusal = _("Nothing was closed yet. Look at what is marked below.") if errors else error.sentence
        except Conflict as error:
            refusal, status = error.sentence, error.status
        else:
            say(request, _("The account of %(name)s is closed.") % {"name": person.name})
            return HttpResponseRedirect(reverse("hand-over:closing", args=[person.id]))
    work = [
        {"work": each, "name": f"successor-{each.kind}", "error": errors.get(each.kind, ""),
         "chosen": request.POST.get(f"successor-{each.kind}") or request.GET.get("to", "")}
        for each in in_hand(person.id, by=actor)
    ]  # fmt: skip
    context = {
        "person": person, "own": person.id == actor.id, "work": work, "refusal": refusal,
        "reason": request.POST.get("reason", ""), "reason_error": errors.get("reason", ""),
        "result": leaving.result_of(person.id), "exhibits": in_hands(person.id),
    }  # fmt: skip
    return render(request, "search/closing.html", context, status=status)


def _chosen(request: HttpRequest) -> dict[str, UUID]:
    found = {}
    for name, value in request.POST.items():
        identifier = uuid_or_none(str(value))
        if name.startswith("successor-") and identifier is not None:
            found[name.removeprefix("successor-")] = identifier
    return found


@require_GET
def hand_overs(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's receipt or decision, and what was handed over where they are inside."""
    actor = signed_in(request)
    context = {
        "to_me": receipts.for_me(actor), "by_me": receipts.of_mine(actor), "waiting": leaving.waiting_for(actor),
        "done": leaving.done(),
    }  # fmt: skip
    return render(request, "search/hand_overs.html", context)


@require_POST
def decide(request: HttpRequest, hand_over_id: UUID) -> HttpResponse:
    """Decide who takes it over."""
    actor = signed_in(request)
    require_recent(request)
    successor = uuid_or_none(request.POST.get("successor", ""))
    if successor is None:
        raise Invalid(_("Choose who takes it over."), fields={"successor": _("Choose somebody.")})
    row = approve(hand_over_id, successor_id=successor, by=actor)
    say(request, _("%(name)s has it now.") % {"name": row.successor.name})
    return HttpResponseRedirect(reverse("hand-over:list"))
