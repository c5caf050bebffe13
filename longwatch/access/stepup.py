# SPDX-License-Identifier: Apache-2.0
"""Acts that need proof, not older than ten minutes, that it is still the same person."""

from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from longwatch.access.models import Account
from longwatch.access.sessions import PROVED_AT, SIGNED_IN_AT
from longwatch.core import clock
from longwatch.core.errors import LongwatchError

RECENT = timedelta(minutes=10)
API_PREFIX = "/api/"


class ConfirmationNeeded(LongwatchError):
    """It is too long ago that this person showed who they are; the entrance asks, and then goes on."""

    status = 403
    default_code = "confirmation_needed"

    def __init__(self) -> None:
        super().__init__("Confirm that it is you, then do this again.")


def require_recent(request: HttpRequest) -> None:
    """Refuse (the entrance then asks) unless this person has shown within ten minutes that it is them.

    Call it first in a view, before anything is changed. Whoever has a second factor shows that; a password alone is
    not enough then. A bearer token passes: it cannot be asked, and carries only what was ticked when it was made,
    which took such a confirmation.
    """
    if not request.path_info.startswith(API_PREFIX) and not is_recent(request):
        raise ConfirmationNeeded


def is_recent(request: HttpRequest) -> bool:
    """Whether this person has shown within ten minutes that it is them."""
    user = request.user
    if not isinstance(user, Account):
        return False
    session = request.session
    moments = [float(session.get(PROVED_AT, session.get(SIGNED_IN_AT, 0))), *_confirmations(request, user)]
    return clock.now().timestamp() - max(moments) < RECENT.total_seconds()


def _confirmations(request: HttpRequest, user: Account) -> list[float]:
    """When this person confirmed since signing in, with all they have to confirm with."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    again = [record for record in records if record.get("reauthenticated")]
    strong = is_mfa_enabled(user) if again else False
    return [float(record["at"]) for record in again if record["method"] == "mfa" or not strong]
