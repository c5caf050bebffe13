# SPDX-License-Identifier: Apache-2.0
"""Administration: the organisation, as people and reporters read of it."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from longwatch.access.selectors import organisation as organisation_of
from longwatch.access.services.accounts import change_organisation
from longwatch.access.stepup import require_recent
from longwatch.core.errors import Invalid
from longwatch.core.words import LONGEST_LINE
from longwatch.web.administration import administrator
from longwatch.web.forms import blame
from longwatch.web.toasts import say


class OrganisationForm(forms.Form):
    """What it is called, and what it says to who is in danger."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_LINE,
        error_messages={"required": gettext_lazy("Enter the organisation's name.")},
        help_text=gettext_lazy("Reporters read it on the public form."),
    )  # fmt: skip
    emergency_text = forms.CharField(
        label=gettext_lazy("Words for somebody in danger"), max_length=LONGEST_LINE, required=False,
        help_text=gettext_lazy(
            "On the public form, after “If you are in danger now:”. Such as “call 112, then the control room on "
            "+49 30 1234”. Without them it names the emergency services."
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """What the organisation is called; changing it takes a recent confirmation."""
    actor = administrator(request)
    if request.method == "POST":
        require_recent(request)
    row = organisation_of(actor.org_id)
    initial = {"name": row.name, "emergency_text": row.emergency_text}
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(**form.cleaned_data, by=actor)
        except Invalid as refusal:
            blame(form, refusal)
        else:
            say(request, _("Saved."))
            return HttpResponseRedirect(reverse("admin:organisation"))
    context = {"form": form, "organisation": row, "section": "organisation"}
    return render(request, "web/admin/organisation.html", context, status=422 if form.errors else 200)
