# SPDX-License-Identifier: Apache-2.0
"""Asking analyzers about what a signal, incident or case names, and reading what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.core.ids import entity_id
from longwatch.enrichment import analyses
from longwatch.enrichment.analysis_models import Analysis, AnalysisState, Failure
from longwatch.enrichment.markings import PAP, TLP, marks_of
from longwatch.enrichment.selectors import enrichment
from longwatch.enrichment.services.analyzing import Asked, ask
from longwatch.entities.kinds import EntityKind, Part, entity_key
from longwatch.entities.selectors import mentions
from longwatch.entities.services.mentions import add_mention
from longwatch.intake.selectors import signal as signal_of
from longwatch.records.models import RecordKind
from longwatch.records.reference import RecordRef, placed
from longwatch.search.records_directory import record_ref, url_of
from longwatch.web.forms import blame
from longwatch.web.toasts import say

MOST_THINGS = 200
SHOWN_IN_PANEL = 8


@dataclass(frozen=True, slots=True)
class Thing:
    """What can be asked about, and the section of the case that it lies in."""

    kind: str
    value: str
    section: str = ""

    @property
    def label(self) -> str:
        """What it is."""
        return str(EntityKind(self.kind).label) if self.kind in EntityKind.values else self.kind

    @property
    def word(self) -> str:
        """As forms say it."""
        return f"{self.kind}:{self.section}:{self.value}"


class AskForm(forms.Form):
    """Which analyzers to ask, and how what they are told is marked."""

    analyzers = forms.MultipleChoiceField(
        label=gettext_lazy("Ask"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one analyzer.")},
    )  # fmt: skip
    tlp = forms.ChoiceField(label="TLP", required=False)
    pap = forms.ChoiceField(label="PAP", required=False)
    again = forms.BooleanField(label=gettext_lazy("Ask again, even if an answer still holds"), required=False)

    def __init__(self, data: object, usable: Sequence[analyses.Usable], marks: tuple[str, str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["analyzers"].choices = [  # type: ignore[attr-defined]
            (str(each.setup.id), _told(each)) for each in usable
        ]
        for name, words, mark in (("tlp", TLP, marks[0]), ("pap", PAP, marks[1])):
            usual = _("as marked: %(word)s") % {"word": mark.upper()} if mark else _("not marked, counts as AMBER")
            self.fields[name].choices = [("", usual), *((word, word.upper()) for word in words)]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def analyze(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """What a record names, the analyzers that take one of these, and what was answered."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    things = things_of(record)
    thing = _chosen(request, things)
    usable = analyses.usable(actor, thing.kind) if thing is not None else []
    entity = entity_id(record.org_id, entity_key(thing.kind, thing.value)) if thing is not None else None
    marks = marks_of(record.id, entity)
    form = AskForm(request.POST if request.method == "POST" else None, usable, (marks.tlp, marks.pap))
    status = 200
    if form.is_bound:
        status = 422
        if thing is not None and form.is_valid():
            status = _ask(request, form, record, thing, actor)
        if status == 200:
            return HttpResponseRedirect(f"{reverse('analyses:ask', args=[kind, record_id])}#answers")
    context = {
        "record": record, "record_url": url_of(record), "things": things, "thing": thing, "form": form,
        "usable": usable, "answers": told(analyses.of_record(record), record),
        "may_ask": actor.may(record.work_permission),
        "any_usable": bool(usable) or bool(analyses.usable(actor)),
    }  # fmt: skip
    return render(request, "analyses/ask.html", context, status=status)


@require_GET
def panel(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """The newest answers on the page of a record, and the way to ask; nothing where nobody can be asked."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    answers = told(analyses.of_record(record)[:SHOWN_IN_PANEL], record)
    may_ask = actor.may(record.work_permission) and bool(analyses.usable(actor))
    return render(request, "analyses/panel.html", {"record": record, "answers": answers, "may_ask": may_ask})


@require_GET
def answer(request: HttpRequest, kind: str, record_id: UUID, analysis_id: UUID) -> HttpResponse:
    """One answer with its long report, as text, and what it proposes."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    row = analyses.one_of(record, analysis_id)
    context = {
        "record": record, "record_url": url_of(record), "each": told([row], record)[0],
        "may_name": actor.may(record.work_permission) and record.kind != RecordKind.SIGNAL and not record.closed,
        "may_ask": actor.may(record.work_permission),
    }  # fmt: skip
    return render(request, "analyses/answer.html", context)


@require_POST
def proposal(request: HttpRequest, kind: str, record_id: UUID, analysis_id: UUID) -> HttpResponse:
    """Name one of the things that an answer proposes in the record, as an indicator."""
    record, actor = record_ref(kind, record_id, actor_in(request))
    row = analyses.one_of(record, analysis_id)
    if record.kind == RecordKind.SIGNAL:
        raise NotFound
    wanted = request.POST.get("artifact", "")
    chosen = next((each for number, each in enumerate(row.artifacts) if str(number) == wanted), None)
    place = placed(record, row.compartment_id)
    if chosen is None:
        raise Invalid("Choose one of what is proposed.", fields={"artifact": "Choose one of what is proposed."})
    note = _("Proposed by %(analyzer)s") % {"analyzer": row.analyzer}
    add_mention(place, kind=chosen["kind"], value=chosen["value"], part=Part.INDICATOR, note=note, by=actor)
    say(request, _("%(value)s is named in the record.") % {"value": chosen["value"]})
    return HttpResponseRedirect(reverse("analyses:answer", args=[kind, record_id, analysis_id]))


@dataclass(frozen=True, slots=True)
class Told:
    """One question as a page shows it."""

    row: Analysis
    failure: str
    url: str
    elsewhere: bool
    lost: bool


def told(rows: Sequence[Analysis], record: RecordRef) -> list[Told]:
    """Questions with the words for what became of them."""
    lost = analyses.lost_before()
    return [
        Told(
            row, str(Failure(row.failure).label) if row.failure else "",
            reverse("analyses:answer", args=[row.record_kind, row.record_id, row.id]), row.record_id != record.id,
            row.state == AnalysisState.WAITING and row.asked_at < lost,
        )
        for row in rows
    ]  # fmt: skip


def things_of(record: RecordRef) -> list[Thing]:
    """What a record names and its readers see: mentions, or what a signal names and what its text holds."""
    if record.kind != RecordKind.SIGNAL:
        rows = mentions(record.id)[:MOST_THINGS]
        return [
            Thing(row.kind, row.value, "" if row.compartment_id == record.compartment_id else str(row.compartment_id))
            for row in rows
        ]
    named = [Thing(str(each.get("kind")), str(each.get("value"))) for each in signal_of(record.id).entities]
    found = [Thing(row.entity_kind, row.value) for row in enrichment(record.id).results if row.kind == "extracted"]
    return list(dict.fromkeys(each for each in [*named, *found] if each.kind in EntityKind.values))[:MOST_THINGS]


def _chosen(request: HttpRequest, things: Sequence[Thing]) -> Thing | None:
    """What is asked about: one of these, or what an answer proposed."""
    word = request.POST.get("thing") or request.GET.get("thing") or ""
    present = next((each for each in things if each.word == word), None)
    kind, _colon, rest = word.partition(":")
    section, _colon, value = rest.partition(":")
    if present is None and kind in EntityKind.values and value.strip():
        return Thing(kind, value.strip(), section)
    return present or next(iter(things), None)


def _ask(request: HttpRequest, form: AskForm, record: RecordRef, thing: Thing, actor: Actor) -> int:
    """Ask each chosen analyzer; 200, or the status of a refusal, which stands in the form then."""
    given, done = form.cleaned_data, 0
    try:
        place = placed(record, UUID(thing.section) if thing.section else None)
        asked = Asked(thing.kind, thing.value, given["tlp"], given["pap"])
        for setup in given["analyzers"]:
            ask(place, UUID(setup), asked, again=given["again"], by=actor)
            done += 1
    except ValueError:
        raise NotFound from None
    except Invalid as refusal:
        return blame(form, refusal)
    except Conflict as refusal:
        form.add_error("analyzers", refusal.sentence)
        return refusal.status
    say(request, ngettext("%(n)s analyzer is asked.", "%(n)s analyzers are asked.", done) % {"n": done})
    return 200


def _told(usable: analyses.Usable) -> str:
    where = _("reaches the network") if usable.setup.network else _("stays here")
    return f"{usable.setup.name} {usable.description.version} ({where})"
