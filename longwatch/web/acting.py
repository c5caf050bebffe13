# SPDX-License-Identifier: Apache-2.0
"""One transaction a request, with the actor and the row-security context."""

import logging
import zoneinfo
from collections.abc import Callable
from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from psycopg.errors import UniqueViolation

from longwatch.access.actors import actor_of, actor_of_token
from longwatch.access.context import set_context
from longwatch.access.models import Account
from longwatch.access.permission import ReadOnly, actor_in
from longwatch.access.stepup import ConfirmationNeeded
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import AtTheSameTime, LongwatchError, SignInNeeded, Unstorable
from longwatch.web.afterwards import Afterwards
from longwatch.web.confirming import ask_first
from longwatch.web.glass import is_wall, leaves_trace, look_through
from longwatch.web.repeating import answer_once
from longwatch.web.signed_out import sign_in_address, signed_out
from longwatch.web.views import render_refusal

API_PREFIX = "/api/"
REFUSED = 400
log = logging.getLogger(__name__)


class ActorMiddleware:
    """Finds the actor, then runs the view in one transaction with the row-security context set.

    An answer of 400 or more rolls the transaction back, so a refusal leaves nothing half-written.
    Must stand last in MIDDLEWARE: it runs the view itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Attach the actor and the reader's time zone, then answer."""
        vars(request)["actor"] = None
        # Before anything is read: what changes from now on, the page may not show (longwatch.web.live).
        vars(request)["began"] = clock.now().timestamp()
        # This thread may have answered somebody of another zone before.
        timezone.deactivate()
        if not request.path_info.startswith(settings.STATIC_URL):
            try:
                vars(request)["actor"] = self._actor(request)
            except LongwatchError as error:
                return render_refusal(request, error)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Run the view inside the transaction, or leave it alone when it manages its own."""
        if getattr(view, "own_transaction", False) or iscoroutinefunction(view):
            return None
        try:
            response = self._in_one_transaction(request, view, args, kwargs)
            if isinstance(response, Afterwards):
                response = self._in_one_transaction(request, response.carried_out(), args, kwargs)
            return response
        except SignInNeeded as error:
            return self._sign_in(request, error)
        except ConfirmationNeeded as error:
            return ask_first(request, error)
        except LongwatchError as error:
            return render_refusal(request, error)
        except (DatabaseError, UnicodeEncodeError) as error:
            return render_refusal(request, _refused_by_database(request, error))

    def _in_one_transaction(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        with transaction.atomic():
            look_through(request, set_context(actor_in(request)), kwargs)
            response = answer_once(request, partial(view, request, *args, **kwargs))
            # Lazy templates must be rendered while the context is set.
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
            if response.status_code >= REFUSED and not leaves_trace(request):
                transaction.set_rollback(True)
            return response

    def _actor(self, request: HttpRequest) -> Actor | None:
        if request.path_info.startswith(API_PREFIX):
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            return actor_of_token(token.strip()) if scheme.lower() == "bearer" and token else None
        user = request.user
        if not isinstance(user, Account) or not user.is_active:
            return None
        timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
        return actor_of(user)

    def _sign_in(self, request: HttpRequest, error: SignInNeeded) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return signed_out(request)
        if request.path_info.startswith(API_PREFIX):
            return render_refusal(request, error)
        return HttpResponseRedirect(sign_in_address(request))


def _refused_by_database(request: HttpRequest, error: Exception) -> LongwatchError:
    """What the database's refusal means to people; raises what means nothing to them."""
    if isinstance(error, IntegrityError) and isinstance(error.__cause__, UniqueViolation):
        return AtTheSameTime()
    if isinstance(error, ProgrammingError) and is_wall(request, error):
        return ReadOnly()
    if not isinstance(error, DataError | UnicodeEncodeError):
        raise error
    log.warning("A value at %s %r cannot be stored", request.method, request.path, exc_info=error)
    return Unstorable()
