# SPDX-License-Identifier: Apache-2.0
"""How repeats of a source's signals are recognised: its dedup template, tried on what came last."""

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
from longwatch.core.errors import Invalid
from longwatch.entities.kinds import EntityKind
from longwatch.intake import selectors
from longwatch.intake.dedup_preview import DedupPreview, preview_template
from longwatch.intake.models import Source
from longwatch.intake.rules import TEMPLATE_FIELDS, unknown_fields
from longwatch.intake.services.sources import change_source
from longwatch.web.forms import blame
from longwatch.web.toasts import say


class RepeatsForm(forms.Form):
    """What signals share that are one."""

    dedup_fields = forms.CharField(
        label=gettext_lazy("Repeats share"), required=False, max_length=200,
        help_text=gettext_lazy(
            "Fields and kinds of entities, separated by commas, such as rule, host. Empty: rule and first entity."
        ),
    )  # fmt: skip

    def clean_dedup_fields(self) -> list[str]:
        """The names; refuses one that there is not, and says which there are."""
        names = [name.strip() for name in self.cleaned_data["dedup_fields"].split(",") if name.strip()]
        if unknown := unknown_fields(names):
            known = ", ".join(sorted({*TEMPLATE_FIELDS, *EntityKind.values}))
            sentence = _("There is no field “%(names)s”. Use: %(known)s.")
            raise forms.ValidationError(sentence % {"names": ", ".join(unknown), "known": known})
        return names


@require_http_methods(["GET", "POST"])
def repeats(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The template with what it makes of the last arrivals; `look` tries another and saves nothing."""
    actor = require_reading(actor_in(request), Permission.SOURCE_MANAGE)
    source = selectors.source(actor, source_id)
    looks = "look" in request.POST
    form = RepeatsForm(
        request.POST if request.method == "POST" else None, initial={"dedup_fields": ", ".join(source.dedup_fields)}
    )
    status = 422 if form.is_bound and not looks else 200
    if form.is_bound and form.is_valid() and not looks:
        try:
            change_source(source_id, {"dedup_fields": form.cleaned_data["dedup_fields"]}, by=actor)
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            say(request, _("Saved. What arrives from now on is told apart like this, within half a minute."))
            return HttpResponseRedirect(reverse("intake-sources:repeats", args=[source_id]))
    context = {"source": source, "form": form, "preview": _preview(form, source), "section": "sources"}
    part = "repeats_preview" if looks and request.headers.get("HX-Request") else "repeats"
    return render(request, f"intake/{part}.html", context, status=status)


def _preview(form: RepeatsForm, source: Source) -> DedupPreview | None:
    if not form.is_bound:
        return preview_template(source, source.dedup_fields)
    return preview_template(source, form.cleaned_data["dedup_fields"]) if form.is_valid() else None
