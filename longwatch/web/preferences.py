# SPDX-License-Identifier: Apache-2.0
"""How a person likes their pages: theme, keys, time zone."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from longwatch.access.models import Account
from longwatch.access.services.accounts import change_preferences
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import SignInNeeded
from longwatch.web.toasts import say

THEME_COOKIE = "longwatch_theme"
YEAR = timedelta(days=365)


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(clock.zone_names()) if "/" in name or name == "UTC"]


class PreferencesForm(forms.Form):
    """Everything a person can set for themselves."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=_zones,
        help_text=gettext_lazy("Times on every page are shown in this zone."),
        error_messages={"required": gettext_lazy("Choose a time zone.")},
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"),
        choices=[
            ("auto", gettext_lazy("As my device")),
            ("light", gettext_lazy("Light")),
            ("dark", gettext_lazy("Dark")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a theme.")},
    )
    single_keys = forms.ChoiceField(
        label=gettext_lazy("Keyboard shortcuts"),
        help_text=gettext_lazy("Turn these off if you dictate text or if keys do things you did not mean."),
        choices=[("on", gettext_lazy("On: single keys such as j, k and n work")), ("off", gettext_lazy("Off"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether single keys work.")},
    )


def preferences(request: HttpRequest) -> HttpResponse:
    """Show the form, or change what was sent and leave the rest as it is."""
    actor, account = _person(request)
    now = {
        "time_zone": account.time_zone,
        "theme": account.theme,
        "single_keys": "on" if account.single_keys else "off",
    }
    if request.method != "POST":
        return render(request, "web/preferences.html", {"form": PreferencesForm(initial=now)})
    form = PreferencesForm({**now, **request.POST.dict()})
    if not form.is_valid():
        return render(request, "web/preferences.html", {"form": form}, status=422)
    chosen = form.cleaned_data
    change_preferences(
        time_zone=chosen["time_zone"], theme=chosen["theme"], single_keys=chosen["single_keys"] == "on", by=actor
    )
    if request.headers.get("X-Quiet"):
        response = HttpResponse(status=204)
    else:
        say(request, _("Your preferences are saved."))
        response = HttpResponseRedirect(_way_back(request))
    response.set_cookie(THEME_COOKIE, chosen["theme"], max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _person(request: HttpRequest) -> tuple[Actor, Account]:
    actor: Actor | None = vars(request).get("actor")
    if actor is None or not isinstance(request.user, Account):
        raise SignInNeeded(_("Sign in to change your preferences."))
    return actor, request.user


def _way_back(request: HttpRequest) -> str:
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return came_from
    return request.path
