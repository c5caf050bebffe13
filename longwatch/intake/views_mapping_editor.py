# SPDX-License-Identifier: Apache-2.0
"""The page in which a mapping is made: by pointing at the fields of a real record.

Every click is a submission of one form, so that it works without a script; with one, only what changed is swapped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, LongwatchError, Stale
from longwatch.core.ids import uuid_or_none
from longwatch.intake import mapping_editing as editing_of_page
from longwatch.intake import mapping_samples as samples
from longwatch.intake import mapping_selectors, selectors
from longwatch.intake.mapping.drafting import draft_of, empty
from longwatch.intake.mapping.own import own_reading, read_own
from longwatch.intake.mapping_editing import Editing
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.mapping_page import LABELS, page_of
from longwatch.intake.mapping_suggesting import suggested
from longwatch.intake.models import Source
from longwatch.intake.services.mappings import NewVersion, change_mapping, make_mapping
from longwatch.intake.services.receiving import facts
from longwatch.intake.services.sources import change_source
from longwatch.intake.views_mappings import maker
from longwatch.web.toasts import say, warn

TEMPLATE = "intake/mapping.html"
Told = Sequence[tuple[samples.Compared, Sequence[Any]]]
FIELD_WORDS = LABELS | {"entities": LABELS["entity"]}


@dataclass(frozen=True)
class Desk:
    """Who works on which mapping, beside the records of which source."""

    request: HttpRequest
    actor: Actor
    row: MappingVersion | None
    source: Source | None

    @property
    def address(self) -> str:
        """The page's own address."""
        if self.row is None:
            return reverse("mappings:new")
        return reverse("mappings:mapping", args=[self.row.mapping_id])


@require_http_methods(["GET", "POST"])
def new_mapping(request: HttpRequest) -> HttpResponse:
    """Make a mapping, beginning with a real record."""
    return _work(request, maker(request), None)


@require_http_methods(["GET", "POST"])
def mapping_page(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Change a mapping; what is saved is another version of it."""
    actor = maker(request)
    return _work(request, actor, mapping_selectors.mapping(actor, mapping_id))


def _work(request: HttpRequest, actor: Actor, row: MappingVersion | None) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    desk = Desk(request, actor, row, _source(actor, row, said))
    if request.method == "GET":
        return _shown(desk, _opened(desk))
    editing = editing_of_page.editing_of(request.POST)
    if desk.source is not None:
        editing = replace(editing, zone=desk.source.time_zone)
    act, _colon, named = request.POST.get("act", "").partition(":")
    if act == "save":
        return _saved(desk, editing)
    if act == "compare":
        return _compared(desk, editing)
    try:
        return _shown(desk, _acted(desk, editing, act, named))
    except Invalid as refusal:
        return _shown(desk, replace(editing, errors=refusal.fields), status=422)


def _source(actor: Actor, row: MappingVersion | None, said: Mapping[str, Any]) -> Source | None:
    """The source whose records are offered: the one that was chosen, else one that is read with it."""
    wanted = uuid_or_none(str(said.get("source", "")))
    if wanted is not None:
        return selectors.source(actor, wanted)
    signal = uuid_or_none(str(said.get("signal", "")))
    if signal is not None:
        return selectors.signal(signal).source
    return next(iter(mapping_selectors.read_by(actor, row)), None) if row is not None else None


def _opened(desk: Desk) -> Editing:
    """What the page begins with: the record that it was opened for, else the mapping's own first sample."""
    request, row = desk.request, desk.row
    draft = draft_of(read_own(row.text)) if row is not None else empty()
    zone = desk.source.time_zone if desk.source else "UTC"
    editing = Editing(draft, zone=zone, keeps=not draft.base.sample)
    key = request.GET.get("record", "")
    signal = uuid_or_none(request.GET.get("signal", ""))
    if signal is not None:
        editing = _taken(editing, samples.of_signal(signal))
    elif key and desk.source is not None:
        editing = _taken(editing, samples.picked(desk.actor, desk.source, key))
    elif draft.base.sample:
        first = draft.base.sample[0]
        editing = replace(editing, sample=first.raw, sample_name=first.name, zone=first.zone)
    return replace(editing, target=editing.draft.next_target(""))


def _acted(desk: Desk, editing: Editing, act: str, named: str) -> Editing:
    """After one click: on the sample, on a button of a list, on a record."""
    if act == "record" and desk.source is not None:
        return _taken(editing, samples.picked(desk.actor, desk.source, named))
    clicked = CLICKS.get(act)
    return editing if clicked is None else clicked(editing, named)


def _split(editing: Editing, path: str) -> Editing:
    return replace(editing, draft=replace(editing.draft, split=path))


def _tested(editing: Editing, name: str) -> Editing:
    found = next((each for each in editing.draft.base.sample if each.name == name), None)
    return editing if found is None else replace(editing, sample=found.raw, sample_name=found.name)


def _without_entity(editing: Editing, number: str) -> Editing:
    rows = [each for at, each in enumerate(editing.draft.entities) if str(at) != number]
    return replace(editing, draft=replace(editing.draft, entities=rows))


CLICKS: Mapping[str, Callable[[Editing, str], Editing]] = {
    "point": editing_of_page.pointed,
    "split": _split,
    "sample": _tested,
    "forget": editing_of_page.without_test,
    "drop": _without_entity,
    "accept": lambda editing, _named: editing_of_page.accepted(editing),
    "suggest": lambda editing, _named: suggested(editing),
}


def _taken(editing: Editing, picked: samples.Picked) -> Editing:
    if len(picked.raw) > samples.LARGEST_SAMPLE:
        sentence = _("This record is too large to be a sample. Paste a smaller one.")
        return replace(editing, errors={"sample": sentence})
    name = f"{picked.at:%Y-%m-%d %H:%M}"
    return replace(editing, sample=picked.raw.decode("utf-8", "replace"), sample_name=name, errors={})


def _saved(desk: Desk, editing: Editing) -> HttpResponse:
    post = desk.request.POST
    try:
        if editing.typed is not None:
            raise Invalid(next(iter(editing.errors.values())), fields=editing.errors)
        keep = post.get("keep") == "on" and editing.sample.strip()
        text = editing_of_page.kept_as_test(editing) if keep else editing.text
        if not editing.draft.name.strip():
            raise Invalid(_("Enter a short name."), fields={"name": _("Enter a short name.")})
        row = _stored(desk, editing, text)
    except Conflict as refusal:
        return _shown(desk, replace(editing, errors={"name": refusal.sentence}), status=409)
    except Stale as refusal:
        return _shown(desk, replace(editing, errors={"text": refusal.sentence}), status=412)
    except Invalid as refusal:
        fields = dict(refusal.fields) or {"sample": refusal.sentence}
        return _shown(desk, replace(editing, errors=fields), status=422)
    except LongwatchError as refusal:
        if not hasattr(refusal, "fields"):
            raise
        return _shown(desk, replace(editing, errors={"sample": refusal.sentence}), status=422)
    _warn_of_unknown(desk, editing)
    say(desk.request, _("Version %(number)s of %(title)s is saved.") % {"number": row.number, "title": row.title})
    return _gone_on(desk, row)


def _warn_of_unknown(desk: Desk, editing: Editing) -> None:
    """Words of the sample that mean no severity do not pass in silence."""
    if unknown := page_of(editing, [])["unknown"]:
        words = {"words": ", ".join(unknown)}
        warn(desk.request, _("Not known: %(words)s. Signals with it get the severity of the source.") % words)


def _stored(desk: Desk, editing: Editing, text: str) -> MappingVersion:
    if desk.row is not None:
        number = desk.request.POST.get("number", "")
        expected = int(number) if number.isdigit() else None
        wanted = NewVersion(text=text, note=editing.note)
        return change_mapping(desk.row.mapping_id, wanted, by=desk.actor, expected_number=expected)
    compartment = desk.source.compartment_id if desk.source else None
    return make_mapping(NewVersion(text=text, note=editing.note, compartment_id=compartment), by=desk.actor)


def _gone_on(desk: Desk, row: MappingVersion) -> HttpResponse:
    """To the source when it is read with the mapping from now on, else to the mapping."""
    there = reverse("mappings:mapping", args=[row.mapping_id])
    if desk.source is not None:
        there += f"?source={desk.source.id}"
        if desk.request.POST.get("use") == "on" and desk.actor.may(Permission.SOURCE_MANAGE):
            change_source(desk.source.id, {"format": row.format}, by=desk.actor)
            there = reverse("intake-sources:source", args=[desk.source.id])
    if not desk.request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(there)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = there
    return response


def _compared(desk: Desk, editing: Editing) -> HttpResponse:
    """The source's last records, as they are read now and as they would be."""
    if desk.source is None:
        return _shown(desk, replace(editing, errors={"source": _("Choose a source to compare.")}), status=422)
    try:
        own = own_reading(read_own(editing.text))
    except Invalid as refusal:
        return _shown(desk, replace(editing, errors=refusal.fields), status=422)
    rows = samples.compared(samples.records(desk.actor, desk.source), facts(desk.source), own)
    return _shown(desk, editing, rows=[(row, [FIELD_WORDS[name] for name in row.changed]) for row in rows])


def _shown(
    desk: Desk,
    editing: Editing,
    *,
    status: int = 200,
    rows: Sequence[tuple[samples.Compared, Sequence[Any]]] | None = None,
) -> HttpResponse:
    request = desk.request
    picks = samples.records(desk.actor, desk.source) if desk.source is not None else []
    context = page_of(editing, picks) | {
        "mapping": desk.row, "source": desk.source, "sources": list(selectors.sources(desk.actor)), "picks": picks,
        "address": desk.address, "compared": rows, "section": "mappings",
        "may_manage": desk.actor.may(Permission.SOURCE_MANAGE),
    }  # fmt: skip
    part = request.method == "POST" and request.htmx  # type: ignore[attr-defined]
    if part and request.POST.get("act") == "look":
        return render(request, "intake/mapping_preview.html", context)
    return render(request, "intake/mapping_form.html" if part else TEMPLATE, context, status=status)
