# SPDX-License-Identifier: Apache-2.0
"""Fetching for a source: setting up connections, trying them, seeing how far they are."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid
from longwatch.intake import poll_selectors, selectors
from longwatch.intake.poll_forms import PollForm, initial_of
from longwatch.intake.poll_models import Poll
from longwatch.intake.services.polls import PollTrial, Tried, begin_trial, change_poll, close_poll, open_poll, wanted_of
from longwatch.web.afterwards import Afterwards
from longwatch.web.toasts import say


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def poll_list(request: HttpRequest, source_id: UUID) -> HttpResponseBase:
    """The connections of a source, and the form for a new one, which can be tried before it is set up."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    if request.method == "POST":
        require_recent(request)
    form = PollForm(request.POST if request.method == "POST" else None)

    def shown(tried: Tried | None = None) -> HttpResponse:
        context = {
            "form": form, "source": source, "section": "sources", "tried": tried,
            "standings": poll_selectors.polls(actor, source_id),
        }  # fmt: skip
        return render(request, "intake/polls.html", context, status=422 if form.errors else 200)

    if form.is_bound and form.is_valid():
        if "try" in request.POST:
            trial = _begun(form, source_id, None, actor)
            return Afterwards(trial.ask, shown) if trial else shown()
        if (poll := _opened(form, source_id, actor)) is not None:
            say(request, _("Fetching over “%(label)s” begins within seconds.") % {"label": poll.label})
            return _to(poll)
    return shown()


@require_http_methods(["GET", "POST"])
def poll_page(request: HttpRequest, source_id: UUID, poll_id: UUID) -> HttpResponseBase:
    """One connection: how far it is, what went wrong, and the form to change or try it."""
    actor = _manager(request)
    standing = poll_selectors.poll(actor, source_id, poll_id)
    poll = standing.poll
    if request.method == "POST":
        require_recent(request)
    form = PollForm(request.POST if request.method == "POST" else None, initial=initial_of(poll))
    del form.fields["back_hours"]

    def shown(tried: Tried | None = None) -> HttpResponse:
        context = {
            "form": form, "source": poll.source, "section": "sources", "tried": tried, "poll": poll,
            "progress": standing.progress,
        }  # fmt: skip
        return render(request, "intake/poll.html", context, status=422 if form.errors else 200)

    if form.is_bound and form.is_valid():
        if "try" in request.POST:
            trial = _begun(form, source_id, poll_id, actor)
            return Afterwards(trial.ask, shown) if trial else shown()
        if _changed(form, poll, actor):
            say(request, _("Saved."))
            return _to(poll)
    return shown()


@require_POST
def switching(request: HttpRequest, source_id: UUID, poll_id: UUID) -> HttpResponse:
    """Pause fetching, or go on where it was."""
    actor = _manager(request)
    poll = poll_selectors.poll(actor, source_id, poll_id).poll
    poll = change_poll(poll.id, wanted_of(poll, enabled=request.POST.get("on") == "1"), by=actor)
    say(request, _("It goes on where it was.") if poll.enabled else _("It pauses."))
    return _to(poll)


@require_POST
def closing(request: HttpRequest, source_id: UUID, poll_id: UUID) -> HttpResponse:
    """End fetching over a connection."""
    actor = _manager(request)
    poll = close_poll(poll_selectors.poll(actor, source_id, poll_id).poll.id, by=actor)
    say(request, _("Fetching over “%(label)s” has ended.") % {"label": poll.label})
    return HttpResponseRedirect(reverse("intake-sources:polls", args=[source_id]))


def _opened(form: PollForm, source_id: UUID, actor: Actor) -> Poll | None:
    try:
        return open_poll(source_id, form.wanted(), back_hours=form.cleaned_data["back_hours"], by=actor)
    except Invalid as refusal:
        _beside(form, refusal)
        return None


def _changed(form: PollForm, poll: Poll, actor: Actor) -> bool:
    try:
        change_poll(poll.id, form.wanted(enabled=poll.enabled), by=actor)
    except Invalid as refusal:
        _beside(form, refusal)
        return False
    return True


def _begun(form: PollForm, source_id: UUID, poll_id: UUID | None, actor: Actor) -> PollTrial | None:
    try:
        return begin_trial(source_id, form.wanted(), poll_id=poll_id, by=actor)
    except Invalid as refusal:
        _beside(form, refusal)
        return None


def _beside(form: PollForm, refusal: Invalid) -> None:
    """Put a refusal beside its fields."""
    for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
        form.add_error(name if name in form.fields else None, sentence)


def _to(poll: Poll) -> HttpResponse:
    return HttpResponseRedirect(reverse("intake-sources:poll", args=[poll.source_id, poll.id]))
