# SPDX-License-Identifier: Apache-2.0
"""Sources: who may send signals, how repeats are recognised, and the token that a tool needs."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.intake import selectors
from longwatch.intake.models import SignalKind
from longwatch.intake.services.sources import create_source, switch_source
from longwatch.intake.source_health import healths, standing
from longwatch.records.severity import Severity
from longwatch.web.toasts import say


class SourceForm(forms.Form):
    """What a source needs to begin with."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("As analysts call the tool."),
        error_messages={"required": gettext_lazy("Enter a name for the source.")},
    )
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy("What senders write as “source”."),
        error_messages={
            "required": gettext_lazy("Enter a short name for the source."),
            "invalid": gettext_lazy("Write the short name with letters, digits, hyphens and underscores only."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Sends"),
        choices=SignalKind.choices,
        error_messages={"required": gettext_lazy("Choose what the source sends.")},
    )
    default_severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity when it names none"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.MEDIUM,
        error_messages={"required": gettext_lazy("Choose a severity.")},
    )
    dedup_fields = forms.CharField(
        label=gettext_lazy("Repeats share"), required=False, max_length=200,
        help_text=gettext_lazy(
            "Fields and kinds of entities, separated by commas, such as rule, host. Empty: rule and first entity."
        ),
    )  # fmt: skip

    def clean_dedup_fields(self) -> list[str]:
        """The names, without the spaces between."""
        return [name.strip() for name in self.cleaned_data["dedup_fields"].split(",") if name.strip()]


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def source_list(request: HttpRequest) -> HttpResponse:
    """The organisation's sources, and the form for a new one."""
    actor = _manager(request)
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _created(request, form, actor):
        return HttpResponseRedirect(reverse("intake-sources:list"))
    known, now = healths(), clock.now()
    context = {
        "form": form, "standings": [standing(each, known, now) for each in selectors.sources(actor)],
        "section": "sources",
        "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
    }  # fmt: skip
    return render(request, "intake/sources.html", context, status=422 if form.is_bound else 200)


def _created(request: HttpRequest, form: SourceForm, actor: Actor) -> bool:
    """Make the source, or put the refusal beside its field."""
    try:
        source = create_source(**form.cleaned_data, by=actor)
    except Conflict as refusal:
        form.add_error("slug", refusal.sentence)
        return False
    except Invalid as refusal:
        for field, sentence in refusal.fields.items():
            form.add_error(field if field in form.fields else None, sentence)
        return False
    say(request, _("%(name)s may send now. It needs a token.") % {"name": source.name})
    return True


@require_POST
def switching(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Let a source's signals in, or keep them out."""
    source = switch_source(source_id, on=request.POST.get("on") == "1", by=_manager(request))
    sentence = _("%(name)s may send.") if source.enabled else _("%(name)s is switched off; what it sends is refused.")
    say(request, sentence % {"name": source.name})
    return HttpResponseRedirect(reverse("intake-sources:list"))
