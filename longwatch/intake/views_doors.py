# SPDX-License-Identifier: Apache-2.0
"""Webhooks of a source: setting one up, its secret shown once, and closing it."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, NotFound
from longwatch.intake import selectors
from longwatch.intake.door_models import Door, DoorScheme
from longwatch.intake.services.doors import FURTHER, NEEDED, close_door, open_door
from longwatch.intake.ways.signatures import ALGORITHMS, CONTENTS, ENCODINGS
from longwatch.web.toasts import say

# The settings of a webhook, and the fields of the form that hold them.
SETTINGS = {name: name for name in ("header", "user", "algorithm", "encoding", "timestamp", "content")}
SETTINGS["prefix"] = "before"
SCHEMES_OF = {
    field: [scheme for scheme in DoorScheme.values if name in (*NEEDED.get(scheme, ()), *FURTHER.get(scheme, ()))]
    for name, field in SETTINGS.items()
}


class DoorForm(forms.Form):
    """What a webhook needs; which of it depends on how the sender shows who it is."""

    use_required_attribute = False

    label = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, error_messages={"required": gettext_lazy("Enter a name.")},
        help_text=gettext_lazy("Such as the tool and where it runs."),
    )  # fmt: skip
    scheme = forms.ChoiceField(
        label=gettext_lazy("The sender shows that it has the secret by"), choices=DoorScheme.choices,
        error_messages={"required": gettext_lazy("Choose how the sender shows who it is.")},
    )  # fmt: skip
    secret = forms.CharField(
        label=gettext_lazy("Secret"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Only when the sender made it. Empty: one is made, and shown once."),
    )  # fmt: skip
    header = forms.CharField(
        label=gettext_lazy("Header"), required=False, max_length=100,
        help_text=gettext_lazy("Such as Authorization or X-Signature."),
    )  # fmt: skip
    before = forms.CharField(
        label=gettext_lazy("Before it in the header"), required=False, max_length=100, strip=False,
        help_text=gettext_lazy("Such as “Bearer ” or “sha256=”."),
    )  # fmt: skip
    user = forms.CharField(label=gettext_lazy("User"), required=False, max_length=100)
    algorithm = forms.ChoiceField(
        label=gettext_lazy("Algorithm"), required=False, choices=[(name, name) for name in ALGORITHMS]
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Written as"), required=False, choices=[(name, name) for name in ENCODINGS]
    )
    timestamp = forms.CharField(label=gettext_lazy("Header with the time"), required=False, max_length=100)
    content = forms.ChoiceField(
        label=gettext_lazy("What is signed"), required=False, choices=[(name, name) for name in CONTENTS]
    )

    def shown(self) -> list[tuple[forms.BoundField, str]]:
        """The fields, each with the schemes that have it, or nothing where all do: css/forms.css shows them so.

        What a scheme cannot do without is not called optional; the service refuses it (services/doors.py).
        """
        for name in {SETTINGS[each] for names in NEEDED.values() for each in names}:
            self.fields[name].required = True
        return [(field, " ".join(SCHEMES_OF.get(field.name, ()))) for field in self]


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def door_list(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The webhooks of a source, and the form for a new one; a new secret is shown on this answer only."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    if request.method == "POST":
        require_recent(request)
    form = DoorForm(request.POST if request.method == "POST" else None)
    secret, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid() and (secret := _opened(form, source_id, actor)):
        form, status = DoorForm(), 201
    doors = Door.objects.filter(source_id=source_id).order_by("closed_at", "-created_at")
    context: dict[str, Any] = {
        "form": form, "source": source, "doors": doors, "secret": secret, "section": "sources",
        "addresses": [
            f"{settings.BASE_URL}/hooks/{name}" for name in (source.id, f"{source.org.slug}/{source.slug}")
        ],
    }  # fmt: skip
    return render(request, "intake/doors.html", context, status=status)


def _opened(form: DoorForm, source_id: UUID, actor: Actor) -> str:
    """The secret of the new webhook; empty when it was refused, which stands beside the field then."""
    given = form.cleaned_data
    try:
        _door, secret = open_door(
            source_id, label=given["label"], scheme=given["scheme"], secret=given["secret"],
            settings={name: given[field] for name, field in SETTINGS.items()}, by=actor,
        )  # fmt: skip
    except Invalid as refusal:
        for name, sentence in refusal.fields.items():
            field = SETTINGS.get(name, name)
            form.add_error(field if field in form.fields else None, sentence)
        return ""
    return secret


@require_POST
def closing(request: HttpRequest, source_id: UUID, door_id: UUID) -> HttpResponse:
    """Let a webhook take nothing more."""
    actor = _manager(request)
    if not Door.objects.filter(id=door_id, source_id=source_id).exists():
        raise NotFound
    door = close_door(door_id, by=actor)
    say(request, _("The webhook “%(label)s” takes nothing more.") % {"label": door.label})
    return HttpResponseRedirect(reverse("intake-sources:doors", args=[source_id]))
