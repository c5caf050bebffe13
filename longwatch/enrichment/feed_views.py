# SPDX-License-Identifier: Apache-2.0
"""Feeds: setting them up, trying them, seeing how far they are."""

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
from longwatch.core.errors import Conflict, Invalid
from longwatch.enrichment import feed_selectors
from longwatch.enrichment.feed_forms import FeedForm, of_feed
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.services import feeds as services
from longwatch.web.afterwards import Afterwards
from longwatch.web.forms import blame
from longwatch.web.toasts import say


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def feed_list(request: HttpRequest) -> HttpResponseBase:
    """All feeds, and the form for a new one, which can be tried before it is set up."""
    actor = _manager(request)
    if request.method == "POST":
        require_recent(request)
    form = FeedForm(request.POST if request.method == "POST" else None)

    def shown(tried: services.FeedTried | None = None) -> HttpResponse:
        context = {
            "form": form, "section": "intelligence", "tried": tried, "standings": feed_selectors.feeds(actor),
            "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
        }  # fmt: skip
        return render(request, "enrichment/feeds.html", context, status=422 if form.errors else 200)

    if form.is_bound and form.is_valid():
        try:
            if "try" in request.POST:
                return Afterwards(services.begin_trial(form.wanted(), by=actor).ask, shown)
            feed = services.open_feed(form.wanted(), by=actor)
            say(request, _("“%(label)s” is fetched within seconds.") % {"label": feed.label})
            return _to(feed)
        except Invalid as refusal:
            blame(form, refusal)
    return shown()


@require_http_methods(["GET", "POST"])
def feed_page(request: HttpRequest, feed_id: UUID) -> HttpResponseBase:
    """One feed: how far it is, what went wrong, and the form to change or try it."""
    actor = _manager(request)
    standing = feed_selectors.feed(actor, feed_id)
    feed = standing.feed
    if request.method == "POST":
        require_recent(request)
    form = of_feed(request.POST if request.method == "POST" else None, feed)

    def shown(tried: services.FeedTried | None = None) -> HttpResponse:
        context = {
            "form": form, "section": "intelligence", "tried": tried, "feed": feed, "progress": standing.progress,
            "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
        }  # fmt: skip
        return render(request, "enrichment/feed.html", context, status=422 if form.errors else 200)

    if form.is_bound and form.is_valid():
        try:
            if "try" in request.POST:
                return Afterwards(services.begin_trial(form.wanted(), feed_id=feed.id, by=actor).ask, shown)
            services.change_feed(feed.id, form.wanted(enabled=feed.enabled), by=actor)
            say(request, _("Saved."))
            return _to(feed)
        except Invalid as refusal:
            blame(form, refusal)
    return shown()


@require_POST
def switching(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Pause a feed, or let it go on where it was."""
    actor = _manager(request)
    feed = feed_selectors.feed(actor, feed_id).feed
    feed = services.change_feed(feed.id, services.wanted_of(feed, enabled=request.POST.get("on") == "1"), by=actor)
    say(request, _("It goes on where it was.") if feed.enabled else _("It pauses. Its list stays as it is."))
    return _to(feed)


@require_POST
def fetching(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Fetch now."""
    actor = _manager(request)
    feed = feed_selectors.feed(actor, feed_id).feed
    try:
        services.fetch_now(feed.id, by=actor)
    except Conflict as refusal:
        say(request, refusal.sentence)
    else:
        say(request, _("“%(label)s” is fetched within seconds.") % {"label": feed.label})
    return _to(feed)


@require_POST
def closing(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """End a feed."""
    actor = _manager(request)
    feed = services.close_feed(feed_selectors.feed(actor, feed_id).feed.id, by=actor)
    say(request, _("“%(label)s” is fetched no more.") % {"label": feed.label})
    return HttpResponseRedirect(reverse("enrichment-admin:feeds"))


def _to(feed: Feed) -> HttpResponse:
    return HttpResponseRedirect(reverse("enrichment-admin:feed", args=[feed.id]))
