# SPDX-License-Identifier: Apache-2.0
"""What every page's shell needs to know."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from longwatch.access.models import Account
from longwatch.access.roles import ROLE_NAMES, Permission, Role
from longwatch.core.actor import Actor
from longwatch.web.glass import banners, reference_in
from longwatch.web.navigation import ADMIN, NEW, OWN, PLACES, links

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the person, and how they like their pages."""
    actor: Actor | None = vars(request).get("actor")
    account = vars(request).get("user") if actor else None
    places, administration = links(PLACES, actor, request.path), links(ADMIN, actor, request.path)
    return {
        "actor": actor,
        "navigation": places or administration or links(OWN, actor, request.path),
        # At the foot only when there is something above it.
        "admin_navigation": administration if places else [],
        "may_search": actor is not None and actor.may(Permission.SEARCH_USE),
        "may_break_glass": actor is not None and actor.may(Permission.BREAK_GLASS),
        "named_reference": reference_in(request.path),
        "glass": banners(request),
        "unread": vars(request).get("unread", 0),
        "new_menu": links(NEW, actor, request.path),
        "role_names": [str(ROLE_NAMES[Role(role)]) for role in sorted(actor.roles)] if actor else [],
        "theme": _theme(request, account),
        "single_keys": account.single_keys if isinstance(account, Account) else True,
        "rail": "icons" if request.COOKIES.get("longwatch_rail") == "icons" else "words",
        # As text: numbers are written differently in other languages.
        "began": str(vars(request).get("began", "")),
        "zone": timezone.get_current_timezone_name(),
    }


def _theme(request: HttpRequest, account: object) -> str:
    wanted = account.theme if isinstance(account, Account) else request.COOKIES.get("longwatch_theme", "auto")
    return wanted if wanted in THEMES else "auto"
