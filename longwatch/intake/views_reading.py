# SPDX-License-Identifier: Apache-2.0
"""How what a source sends is read: recognised, in one format, or with a mapping of one's own."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.clock import zone_names
from longwatch.core.errors import Invalid
from longwatch.intake import mapping_selectors, selectors
from longwatch.intake.mapping.catalogue import builtin
from longwatch.intake.mapping.understanding import AUTO
from longwatch.intake.models import Source
from longwatch.intake.services.sources import change_source
from longwatch.intake.submission import DOCUMENTED
from longwatch.web.toasts import say


class ReadingForm(forms.Form):
    """The format of a source, and its zone."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"), error_messages={"required": gettext_lazy("Choose a format.")},
        help_text=gettext_lazy("Recognising each record by itself is right for nearly all tools."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Zone of times that name none"), choices=[(name, name) for name in sorted(zone_names())],
        error_messages={"required": gettext_lazy("Choose a time zone.")},
    )  # fmt: skip

    def __init__(self, *args: Any, source: Source, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = mapping_selectors.newest(by).filter(compartment_id=source.compartment_id).defer("text")
        mine = [(row.format, row.title) for row in own if row.retired_at is None]
        titles = {name: ready.file.title for name, ready in builtin().formats.items()}
        theirs = sorted(titles.items(), key=lambda each: each[1].lower())
        known = [(AUTO, _("Recognise each record by itself")), (DOCUMENTED, _("The documented form only"))]
        held = [] if any(source.format == name for name, _title in (*known, *mine, *theirs)) else [(source.format,) * 2]
        groups = [*known, *held, *([(_("Mappings of your own"), mine)] if mine else []), (_("Formats"), theirs)]
        self.fields["format"].choices = groups  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def source_reading(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Say how a source is read; what is received follows within half a minute."""
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    source = selectors.source(actor, source_id)
    said = request.POST if request.method == "POST" else None
    initial = {"format": source.format, "time_zone": source.time_zone}
    form = ReadingForm(said, source=source, by=actor, initial=initial)
    if form.is_bound and form.is_valid() and _changed(form, source_id, actor):
        say(request, _("Saved. What comes is read like this within half a minute."))
        return HttpResponseRedirect(reverse("intake-sources:source", args=[source_id]))
    context = {"form": form, "source": source, "section": "sources"}
    return render(request, "intake/source_reading.html", context, status=422 if form.is_bound else 200)


def _changed(form: ReadingForm, source_id: UUID, actor: Actor) -> bool:
    try:
        change_source(source_id, form.cleaned_data, by=actor)
    except Invalid as refusal:
        for field, sentence in refusal.fields.items():
            form.add_error(field if field in form.fields else None, sentence)
        return False
    return True
