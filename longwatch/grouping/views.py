# SPDX-License-Identifier: Apache-2.0
"""Groups: the list that a day begins with, and one group with why it is one."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.core.ids import uuid_or_none
from longwatch.grouping import selectors
from longwatch.grouping.forms import FilterForm, LessonForm, MergeForm, SplitForm
from longwatch.grouping.models import Group, GroupState
from longwatch.grouping.previewing import MOST_PARTS, preview
from longwatch.grouping.selectors import GroupFilter
from longwatch.grouping.sentences import SENTENCES, split_words, thing_words, tie_words, why_words
from longwatch.grouping.services.bulk import dismiss_groups, merge_all
from longwatch.grouping.services.judging import dismiss_group, merge_groups, reopen_group, split_off
from longwatch.grouping.services.teaching import end_lesson, teach
from longwatch.intake.forms import DismissForm
from longwatch.intake.models import DismissReason
from longwatch.intake.selectors import signal
from longwatch.records.selectors import timeline
from longwatch.records.sentences import sentence_of
from longwatch.web.toasts import say, warn

FormT = TypeVar("FormT", bound=forms.Form)
MOST_TOLD = 2
MOST_OTHERS = 20


@require_GET
def groups_page(request: HttpRequest) -> HttpResponse:
    """The groups, newest first."""
    actor = _reader(request)
    return render(
        request,
        "grouping/list.html",
        {**_listed(request, actor), "lessons": selectors.lessons(actor), "tabs": tabs("groups")},
    )


@require_GET
def group_rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that is live."""
    return render(request, "grouping/rows.html", _listed(request, _reader(request)))


@require_GET
def group_page(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """One group: why, its signals, and what one can do about it."""
    actor = _reader(request)
    group = selectors.group(group_id)
    parts = selectors.members(group.id)
    labels = {each["key"]: thing_words(each["label"]) for part in parts for each in part.member.entities}
    others = selectors.groups(actor, GroupFilter(), limit=MOST_OTHERS).rows if group.state == GroupState.OPEN else []
    told = timeline(group.id, by=actor, limit=20).rows
    context = {
        "group": group,
        "parts": parts,
        "left": group.signals - len(parts),
        "why": [words for each in group.why if (words := why_words(each))],
        "splits": [(split_words(each), each.get("key", "")) for each in group.splits],
        "labels": sorted(labels.items(), key=lambda each: each[1]),
        "others": [each for each in others if each.id != group.id],
        "history": [(line, sentence_of(line.action, line.fields, SENTENCES)) for line in told],
        "may_judge": actor.may(Permission.SIGNAL_TRIAGE),
        "dismiss_form": DismissForm(),
        "lesson_form": LessonForm(),
        "open_incident_url": _open_url(actor, group),
    }
    return render(request, "grouping/group.html", context)


@require_GET
def of_signal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """The group that a signal is in, and why it is; a part of the signal's page, empty where there is none."""
    _reader(request)
    placed = selectors.place_of(signal(signal_id).id)
    why = tie_words(placed.group.why, placed.member.entities) if placed is not None else ""
    return render(request, "grouping/of_signal.html", {"placed": placed, "why": why})


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """What taking signals out would give; then take them out, each part by itself, and the new group follows."""
    actor = _reader(request)
    if request.method == "GET":
        return _split_preview(request, group_id, actor)
    form = _valid(SplitForm(request.POST))
    parts = [_ids(text.split(",")) for text in request.POST.getlist("part")] or [_ids(request.POST.getlist("signals"))]
    if len(parts) > MOST_PARTS:
        raise Invalid(
            _("Split off at most %(count)s parts at once.") % {"count": MOST_PARTS}, fields={"part": _("Too many.")}
        )
    made = split_off(group_id, parts, note=form.cleaned_data["note"], by=actor)
    words = ngettext("They are a group of their own now.", "They are %(count)s groups of their own now.", len(made))
    say(request, words % {"count": len(made)})
    return _to(made[0] if len(made) == 1 else selectors.group(group_id))


def _ids(texts: Sequence[str]) -> list[UUID]:
    return [found for text in texts if (found := uuid_or_none(text)) is not None]


def _split_preview(request: HttpRequest, group_id: UUID, actor: Actor) -> HttpResponse:
    group = selectors.group(group_id)
    context = {
        "group": group,
        "preview": preview(group, _ids(request.GET.getlist("signals")), request.GET.get("without", "")),
        "note": request.GET.get("note", ""),
        "may_judge": actor.may(Permission.SIGNAL_TRIAGE) and group.state == GroupState.OPEN,
    }
    return render(request, "grouping/split.html", context)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Dismiss the chosen groups, merge them, or go to the form of one incident for all; the list follows."""
    actor = _reader(request)
    chosen = [found for text in request.POST.getlist("ids") if (found := uuid_or_none(text)) is not None]
    act = request.GET.get("act", "")
    if act == "merge":
        into = merge_all(chosen, by=actor)
        say(request, _("They are one group now."))
        return _to(into)
    if act == "open":
        query = "&".join(f"group={each}" for each in chosen)
        return HttpResponseRedirect(f"{reverse('incidents:open')}?{query}")
    done = dismiss_groups(chosen, request.POST.get("reason", ""), by=actor)
    words = ngettext("Dismissed %(count)s group.", "Dismissed %(count)s groups.", len(done.groups))
    say(request, words % {"count": len(done.groups)})
    if done.left:
        left = ngettext(
            "%(count)s was judged meanwhile and stays as it is.",
            "%(count)s were judged meanwhile and stay as they are.",
            done.left,
        )
        warn(request, left % {"count": done.left})
    return HttpResponseRedirect(reverse("grouping:groups"))


@require_POST
def merging(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Make it a part of another, which follows."""
    actor = _reader(request)
    form = _valid(MergeForm(request.POST))
    into = merge_groups(group_id, form.cleaned_data["into"], note=form.cleaned_data["note"], by=actor)
    say(request, _("Merged."))
    return _to(into)


@require_POST
def dismissal(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Dismiss with its signals; the list follows."""
    actor = _reader(request)
    form = _valid(DismissForm(request.POST))
    judged = dismiss_group(group_id, form.cleaned_data["reason"], form.cleaned_data["note"], by=actor)
    count = len(judged.done)
    words = ngettext("Dismissed with %(count)s signal.", "Dismissed with %(count)s signals.", count)
    say(request, words % {"count": count})
    return HttpResponseRedirect(reverse("grouping:groups"))


@require_POST
def reopening(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Show it again; one stays at it."""
    group = reopen_group(group_id, by=_reader(request))
    say(request, _("Open again."))
    return _to(group)


@require_POST
def lessons(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Teach about an entity; one stays at the group."""
    actor = _reader(request)
    values = _valid(LessonForm(request.POST)).cleaned_data
    lesson = teach(group_id, values["entity"], values["kind"], values["reason"], by=actor)
    say(request, _("Learned about %(entity)s. It holds for what arrives from now on.") % {"entity": lesson.label})
    return _to(selectors.group(group_id))


@require_POST
def lesson_end(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    """Let it hold no more; the list follows."""
    end_lesson(lesson_id, by=_reader(request))
    say(request, _("It holds no more."))
    return HttpResponseRedirect(reverse("grouping:groups"))


def tabs(current: str) -> list[dict[str, Any]]:
    """Groups, and the rules that make some of them."""
    return [
        {"name": _("Groups"), "url": reverse("grouping:groups"), "current": current == "groups"},
        {"name": _("Rules"), "url": reverse("grouping:rules"), "current": current == "rules"},
    ]


def _listed(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    form = FilterForm(request.GET)
    cleaned = form.cleaned_data if form.is_valid() else {}
    wanted = GroupFilter(cleaned.get("state") or GroupState.OPEN, cleaned.get("severity"))
    page = selectors.groups(actor, wanted, cursor=request.GET.get("after"))
    rows = [(group, [w for each in group.why[:MOST_TOLD] if (w := why_words(each))]) for group in page.rows]
    reasons = [each for each in DismissReason if each != DismissReason.DUPLICATE]
    return {
        "page": page, "rows": rows, "form": form, "wanted": wanted, "total": selectors.open_groups(actor),
        "may_judge": actor.may(Permission.SIGNAL_TRIAGE) and wanted.state == GroupState.OPEN, "reasons": reasons,
        "may_open": actor.may(Permission.INCIDENT_OPEN),
    }  # fmt: skip


def _open_url(actor: Actor, group: Group) -> str:
    """The form of another package, where there is one."""
    if group.state != GroupState.OPEN or not actor.may(Permission.INCIDENT_OPEN):
        return ""
    try:
        return f"{reverse('incidents:open')}?group={group.id}"
    except NoReverseMatch:
        return ""


def _to(group: Group) -> HttpResponse:
    return HttpResponseRedirect(reverse("grouping:group", args=[group.id]))


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_READ)


def _valid(form: FormT) -> FormT:
    if form.is_valid():
        return form
    fields = {name: str(messages[0]) for name, messages in form.errors.items()}
    raise Invalid(next(iter(fields.values())), fields=fields)
