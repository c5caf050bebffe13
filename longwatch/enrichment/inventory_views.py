# SPDX-License-Identifier: Apache-2.0
"""Pages of the inventory: lists, one entry, and a table taken in after it was looked at."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.enrichment import selectors
from longwatch.enrichment.forms import ItemForm, TableForm
from longwatch.enrichment.models import Known
from longwatch.enrichment.services.inventory import (
    Preview,
    add_item,
    change_item,
    import_table,
    preview_table,
    remove_item,
)
from longwatch.web.forms import blame
from longwatch.web.toasts import say

LISTS = {Known.ASSET: "enrichment:assets", Known.IDENTITY: "enrichment:identities"}
IMPORTS = {Known.ASSET: "enrichment:import-assets", Known.IDENTITY: "enrichment:import-identities"}


@require_http_methods(["GET", "POST"])
def assets(request: HttpRequest) -> HttpResponse:
    """What is ours, and the form for one more."""
    return _list(request, Known.ASSET)


@require_http_methods(["GET", "POST"])
def identities(request: HttpRequest) -> HttpResponse:
    """Who works here, and the form for one more."""
    return _list(request, Known.IDENTITY)


@require_http_methods(["GET", "POST"])
def import_assets(request: HttpRequest) -> HttpResponse:
    """A table of assets."""
    return _import(request, Known.ASSET)


@require_http_methods(["GET", "POST"])
def import_identities(request: HttpRequest) -> HttpResponse:
    """A table of identities."""
    return _import(request, Known.IDENTITY)


@require_http_methods(["GET", "POST"])
def item_page(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One entry, to be read and changed."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    row = selectors.item(actor, item_id)
    values = {name: getattr(row, name) for name in ItemForm.base_fields} | {"identifiers": "\n".join(row.identifiers)}
    form = ItemForm(request.POST) if request.method == "POST" else ItemForm(initial=values)
    _refuse_writing(request, actor)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                change_item(row.id, form.cleaned_data, by=actor)
            except (Conflict, Invalid) as refusal:
                status = _blamed(form, refusal)
            else:
                say(request, _("%(name)s was changed.") % {"name": form.cleaned_data["name"]})
                return HttpResponseRedirect(reverse("enrichment:item", args=[row.id]))
    context = {
        "item": row,
        "form": form,
        "may_manage": actor.may(Permission.SOURCE_MANAGE),
        "list_url": LISTS[Known(row.what)],
    }
    return render(request, "enrichment/item.html", context, status=status)


@require_POST
def removal(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take an entry out."""
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    row = remove_item(item_id, by=actor)
    say(request, _("%(name)s is no longer in the inventory.") % {"name": row.name})
    return HttpResponseRedirect(reverse(LISTS[Known(row.what)]))


def _list(request: HttpRequest, what: Known) -> HttpResponse:
    actor = require_reading(actor_in(request), Permission.ENTITY_READ)
    form = ItemForm(request.POST if request.method == "POST" else None)
    _refuse_writing(request, actor)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                added = add_item(what, form.cleaned_data, by=actor)
            except (Conflict, Invalid) as refusal:
                status = _blamed(form, refusal)
            else:
                say(request, _("%(name)s is in the inventory.") % {"name": added.name})
                return HttpResponseRedirect(reverse(LISTS[what]))
    words = request.GET.get("q", "")
    page = selectors.items(actor, what, words, cursor=request.GET.get("after"))
    context = {
        "page": page, "form": form, "what": what, "q": words, "may_manage": actor.may(Permission.SOURCE_MANAGE),
        "tabs": tabs(actor, what), "import_url": IMPORTS[what], "list_url": LISTS[what],
    }  # fmt: skip
    return render(request, "enrichment/items.html", context, status=status)


def tabs(actor: Actor, current: str) -> list[dict[str, object]]:
    """Assets, identities and watch-lists, beside each other."""
    found = [
        {"name": _("Assets"), "url": reverse("enrichment:assets"), "current": current == Known.ASSET},
        {"name": _("Identities"), "url": reverse("enrichment:identities"), "current": current == Known.IDENTITY},
    ]
    if actor.may(Permission.SIGNAL_TRIAGE):
        found.append({"name": _("Watch-lists"), "url": reverse("enrichment:watchlists"), "current": current == "watch"})
    return found


def _import(request: HttpRequest, what: Known) -> HttpResponse:
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    selectors.home(actor)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    preview: Preview | None = None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        preview = preview_table(what, text, by=actor)
        if preview.is_good and request.POST.get("sure") == "1":
            import_table(what, text, by=actor)
            say(
                request,
                _("%(added)s added, %(changed)s changed.") % {"added": preview.added, "changed": preview.changed},
            )
            return HttpResponseRedirect(reverse(LISTS[what]))
        form = TableForm(initial={"text": text})
    refused = request.method == "POST" and (preview is None or not preview.is_good)
    context = {"form": form, "preview": preview, "what": what, "list_url": LISTS[what]}
    return render(request, "enrichment/import.html", context, status=422 if refused else 200)


def _refuse_writing(request: HttpRequest, actor: Actor) -> None:
    """Who may only read learns that (403) before anything about the form."""
    if request.method == "POST":
        require(actor, Permission.SOURCE_MANAGE)


def _blamed(form: ItemForm, refusal: Conflict | Invalid) -> int:
    if isinstance(refusal, Invalid):
        return blame(form, refusal)
    form.add_error("name", refusal.sentence)
    return refusal.status
