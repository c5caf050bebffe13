# SPDX-License-Identifier: Apache-2.0
"""Every component in every state, for people who build pages."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.web.toasts import say
from longwatch.web.vocabulary import SEVERITIES


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label="What happened",
        help_text="One sentence, as you would say it on the phone.",
        error_messages={"required": "Say in a few words what happened."},
    )
    details = forms.CharField(label="Details", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    severity = forms.ChoiceField(
        label="Severity",
        choices=[(word, label) for word, label, _icon in SEVERITIES],
        error_messages={"required": "Choose a severity."},
    )
    occurred = forms.DateTimeField(
        label="When", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), required=False
    )
    danger = forms.ChoiceField(
        label="Is anybody in danger now?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")],
        error_messages={"required": "Say whether anybody is in danger."},
    )
    attachment = forms.FileField(label="Photos or files", required=False, help_text="Up to 100 MB each.")
    stay = forms.BooleanField(label="Tell me what happens next", required=False)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """The whole design system on one page; for administrators, or for anybody while developing."""
    actor: Actor | None = vars(request).get("actor")
    if not settings.DEBUG and not (actor and actor.may(Permission.ACCOUNT_ADMINISTER)):
        raise NotFound
    if "toast" in request.GET:
        say(request, "Signal dismissed as benign.", undo_url="#")
    wrong = ExampleForm({"severity": "high"})
    page = "web/styleguide_split.html" if "split" in request.GET else "web/styleguide.html"
    return render(request, page, {**_examples(clock.now()), "form": ExampleForm(), "wrong": wrong})


def _examples(now: datetime) -> dict[str, Any]:
    ago = [now - timedelta(minutes=minutes) for minutes in (3, 12, 48, 190, 1500)]
    titles = (
        "Badge cloned and used at the north gate",
        "Mailbox rule forwards invoices to an outside address",
        "Impossible travel: two sign-ins 9 000 km apart within 40 minutes, both with a fresh device "
        "and without a second factor, reported by three sources",
        "Datenschutzverletzungsmeldung der Personalabteilung",
        "Camera 14 is offline",
    )
    return {
        "levels": [word for word, _label, _icon in SEVERITIES],
        "statuses": ["reported", "triage", "active", "stabilized", "closed", "snoozed", "overdue", "in_progress"],
        "rows": [
            {"severity": 4 - index, "title": title, "at": at, "ref": f"INC-2026-01{42 - index}", "person": person}
            for index, (title, at, person) in enumerate(
                zip(titles, ago, ("", "Mara Ortiz", "Jo Lindqvist", "", "Adaeze Obi"), strict=True)
            )
        ],
        "steps": [
            {"name": "Reported", "at": ago[3], "state": "done"},
            {"name": "Triage", "at": ago[2], "state": "skipped"},
            {"name": "Active", "at": ago[1], "state": "current"},
            {"name": "Stabilized", "at": None, "state": "todo"},
            {"name": "Closed", "at": None, "state": "todo"},
        ],
        "tabs": [
            {"name": "Timeline", "url": "#", "current": True, "count": 24},
            {"name": "Tasks", "url": "#", "count": 3},
            {"name": "Evidence", "url": "#", "count": 0},
            {"name": "Six questions", "url": "#"},
        ],
        "recent": ago[1],
        "long_ago": now - timedelta(days=40),
        "soon": now + timedelta(minutes=34),
        "calm": now + timedelta(hours=7),
        "late": now - timedelta(minutes=95),
        "span": timedelta(hours=2, minutes=14),
    }
