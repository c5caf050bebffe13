# SPDX-License-Identifier: Apache-2.0
"""Mappings of one's own: the list, their files, their versions, and which sources are read with them."""

import difflib
from itertools import pairwise
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotAllowed
from longwatch.intake import mapping_selectors, selectors
from longwatch.intake.mapping.own import LONGEST_FILE, read_own
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.services.mappings import NewVersion, change_mapping, make_mapping, restore_version, retire_mapping
from longwatch.intake.services.sources import change_source
from longwatch.web.toasts import say

MOST_VERSIONS = 50


class FileForm(forms.Form):
    """A mapping as a file."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
        help_text=gettext_lazy("As it was exported, or written by hand (TOML). Its samples must pass."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )  # fmt: skip

    def clean_file(self) -> str:
        """Its text."""
        uploaded: UploadedFile = self.cleaned_data["file"]  # type: ignore[type-arg, unused-ignore]
        if (uploaded.size or 0) > 4 * LONGEST_FILE:
            raise forms.ValidationError(_("This file is too large for a mapping."))
        try:
            return str(uploaded.read().decode()).replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from error


def maker(request: HttpRequest) -> Actor:
    """Whoever may make mappings."""
    return require_reading(actor_in(request), Permission.SIGNAL_TRIAGE)


@require_GET
def mapping_list(request: HttpRequest) -> HttpResponse:
    """All mappings in their newest version, and what they read."""
    return _list(request, FileForm())


@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """Keep a file as a new mapping, or as the next version of the one with its name."""
    actor, form = maker(request), FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            row = _imported(form.cleaned_data["file"], actor)
        except (Invalid, Conflict, NotAllowed) as refusal:
            form.add_error("file", refusal.sentence)
        else:
            say(request, _("Version %(number)s of %(title)s is saved.") % {"number": row.number, "title": row.title})
            return _to("mapping", row.mapping_id)
    return _list(request, form, status=422)


def _imported(text: str, actor: Actor) -> MappingVersion:
    wanted, name = NewVersion(text=text, note=_("Imported from a file")), read_own(text).name
    known = next((row for row in mapping_selectors.newest(actor) if row.name == name), None)
    return change_mapping(known.mapping_id, wanted, by=actor) if known else make_mapping(wanted, by=actor)


@require_GET
def file(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """The newest version as a file, to be kept or taken to another installation."""
    row = mapping_selectors.mapping(maker(request), mapping_id)
    response = HttpResponse(row.text, content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.name}.toml"'
    return response


@require_GET
def versions(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """What was changed, by whom, and the way back."""
    actor = maker(request)
    row = mapping_selectors.mapping(actor, mapping_id)
    found = list(mapping_selectors.versions(actor, mapping_id)[:MOST_VERSIONS])
    told = [(newer, _changes(older.text, newer.text)) for newer, older in pairwise(found)]
    if found:
        told.append((found[-1], ""))
    return render(request, "intake/mapping_versions.html", {"mapping": row, "versions": told, "section": "mappings"})


@require_POST
def restoring(request: HttpRequest, mapping_id: UUID, number: int) -> HttpResponse:
    """Read with an earlier version again."""
    actor = maker(request)
    mapping_selectors.mapping(actor, mapping_id, number)
    try:
        row = restore_version(mapping_id, number, by=actor)
    except Invalid as refusal:
        say(request, refusal.sentence)
    else:
        say(request, _("Version %(number)s reads as version %(old)s did.") % {"number": row.number, "old": number})
    return _to("versions", mapping_id)


@require_POST
def retirement(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Take a mapping out of use."""
    actor = maker(request)
    mapping_selectors.mapping(actor, mapping_id)
    try:
        row = retire_mapping(mapping_id, by=actor)
    except Conflict as refusal:
        say(request, refusal.sentence)
        return _to("mapping", mapping_id)
    say(request, _("%(title)s is retired. Its versions stay.") % {"title": row.title})
    return HttpResponseRedirect(reverse("mappings:list"))


@require_POST
def reading(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Read a source with this mapping from now on."""
    actor = maker(request)
    row = mapping_selectors.mapping(actor, mapping_id)
    wanted = request.POST.get("source", "")
    source = next((each for each in selectors.sources(actor) if str(each.id) == wanted), None)
    if source is None:
        say(request, _("Choose a source."))
        return _to("mapping", mapping_id)
    try:
        change_source(source.id, {"format": row.format}, by=actor)
    except Invalid as refusal:
        say(request, next(iter(refusal.fields.values()), refusal.sentence))
        return _to("mapping", mapping_id)
    say(request, _("%(source)s is read with %(title)s from now on.") % {"source": source.name, "title": row.title})
    return HttpResponseRedirect(reverse("intake-sources:source", args=[source.id]))


def _list(request: HttpRequest, form: FileForm, status: int = 200) -> HttpResponse:
    actor = maker(request)
    used = mapping_selectors.sources_by_mapping(actor)
    rows = mapping_selectors.newest(actor).defer("text")[: mapping_selectors.MOST_LISTED]
    context = {
        "mappings": [(row, used.get((row.compartment_id, row.format), ())) for row in rows], "form": form,
        "section": "mappings", "may_manage": actor.may(Permission.SOURCE_MANAGE),
        "may_administer": actor.may(Permission.ACCOUNT_ADMINISTER),
    }  # fmt: skip
    return render(request, "intake/mappings.html", context, status=status)


def _changes(older: str, newer: str) -> str:
    """The lines that went and came."""
    lines = difflib.unified_diff(older.splitlines(), newer.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def _to(name: str, mapping_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"mappings:{name}", args=[mapping_id]))
