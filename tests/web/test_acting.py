# SPDX-License-Identifier: Apache-2.0
"""One transaction a request, with the actor and their time zone."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, Organisation
from longwatch.access.permission import actor_in
from longwatch.access.services.accounts import change_preferences, disable_account
from longwatch.access.services.tokens import create_token
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, LongwatchError, NotFound, SignInNeeded
from longwatch.web.acting import ActorMiddleware
from tests.personas import Cast

View = Callable[[HttpRequest], HttpResponseBase]


@pytest.fixture(autouse=True)
def ordinary_zone() -> Iterator[None]:
    """Whatever a test activates does not stay."""
    yield
    timezone.deactivate()


def run(view: View, actor: Actor | None, path: str = "/somewhere", **headers: str) -> HttpResponseBase | None:
    """Run a view as the middleware does."""
    request = RequestFactory().get(path, headers=headers)
    vars(request)["actor"] = actor
    return ActorMiddleware(lambda _request: HttpResponse()).process_view(request, view, (), {})


def darken(request: HttpRequest) -> None:
    """A change that is seen afterwards, by whoever asks."""
    actor = actor_in(request)
    assert actor is not None
    change_preferences(time_zone="UTC", theme="dark", single_keys=True, by=actor)


def theme(cast: Cast) -> str:
    return Account.objects.get(id=cast.analyst.id).theme


class TestTransaction:
    """What stays of a request"""

    @pytest.mark.parametrize("status", [200, 201, 204, 302, 303])
    def test_an_answer_below_400_keeps_what_was_done(self, cast: Cast, status: int) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            darken(request)
            return HttpResponse(status=status)

        run(view, cast.analyst)
        assert theme(cast) == "dark"

    @pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422, 429, 500, 503])
    def test_an_answer_of_400_and_more_undoes_it(self, cast: Cast, status: int) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            darken(request)
            return HttpResponse(status=status)

        answer = run(view, cast.analyst)
        assert answer is not None
        assert answer.status_code == status
        assert theme(cast) == "auto"

    @pytest.mark.parametrize("error", [Conflict("Not now."), NotFound("Gone.")])
    def test_a_refusal_undoes_it_and_is_said(self, cast: Cast, error: LongwatchError) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            darken(request)
            raise error

        answer = run(view, cast.analyst)
        assert isinstance(answer, HttpResponse)
        assert answer.status_code == error.status
        assert error.sentence in answer.content.decode()
        assert theme(cast) == "auto"

    def test_a_mistake_of_ours_undoes_it(self, cast: Cast) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            darken(request)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            run(view, cast.analyst)
        assert theme(cast) == "auto"

    def test_a_view_may_manage_its_own(self, cast: Cast) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            raise AssertionError

        vars(view)["own_transaction"] = True
        assert run(view, cast.analyst) is None


class TestRowSecurity:
    """What a view may read"""

    def seen(self, actor: Actor | None) -> str:
        def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse(",".join(sorted(each.name for each in Compartment.objects.all())))

        answer = run(view, actor)
        assert isinstance(answer, HttpResponse)
        return answer.content.decode()

    def test_is_what_the_actor_may_know(self, cast: Cast) -> None:
        assert self.seen(cast.analyst) == "Operations,Signals"
        assert self.seen(cast.responder) == "Operations"
        assert self.seen(cast.administrator) == ""

    def test_is_nothing_for_nobody(self, cast: Cast) -> None:
        assert self.seen(None) == ""

    def test_holds_for_templates_that_are_rendered_late(self, cast: Cast) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            return TemplateResponse(request, "web/parts/toast.html", {"text": LazyCount(), "level": "good"})

        answer = run(view, cast.analyst)
        assert isinstance(answer, TemplateResponse)
        assert "2 compartments" in answer.content.decode()


class LazyCount:
    """Asks the database only when it is shown."""

    def __str__(self) -> str:
        return f"{Compartment.objects.count()} compartments"


class TestSigningIn:
    """Who is not signed in"""

    def test_is_led_to_sign_in_and_back(self, db: None) -> None:
        answer = Client().get("/preferences?tab=keys")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fpreferences%3Ftab%3Dkeys")

    def test_finds_the_way_back_kept_on_the_form(self, db: None) -> None:
        page = Client().get("/preferences", follow=True).content.decode()
        assert 'name="next" value="/preferences"' in page

    @pytest.mark.parametrize(
        ("path", "headers", "words"),
        [
            ("/api/v1/x", {}, b"Sign in to see this."),
            ("/somewhere", {"HX-Request": "true"}, b"You were signed out. Sign in again."),
        ],
    )
    def test_is_told_so_where_no_page_is_expected(
        self, db: None, path: str, headers: dict[str, str], words: bytes
    ) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            raise SignInNeeded("Sign in to see this.")

        answer = run(view, None, path, **headers)
        assert isinstance(answer, HttpResponse)
        assert answer.status_code == 401
        assert words in answer.content

    def test_is_whoever_was_disabled_since(self, cast: Cast) -> None:
        browser = Client()
        browser.force_login(cast.accounts["analyst"])
        assert browser.get("/preferences").status_code == 200
        with acting_as(cast.administrator):
            disable_account(cast.analyst.id, reason="Left", by=cast.administrator)
        assert browser.get("/preferences").status_code == 302


class TestApi:
    """Bearer tokens"""

    def token(self, cast: Cast) -> str:
        by = cast.analyst
        return create_token(account_id=by.id, label="Script", permissions=["signal:read"], by=by)[1]

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_name_the_actor(self, cast: Cast, scheme: str) -> None:
        answer = Client().get("/api/v1/me", headers={"Authorization": f"{scheme} {self.token(cast)}"})
        assert answer.json()["id"] == str(cast.analyst.id)

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer lw_unknown", "lw_unknown"])
    def test_are_asked_for(self, cast: Cast, header: str) -> None:
        answer = Client().get("/api/v1/me", headers={"Authorization": header})
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_are_not_replaced_by_a_session(self, cast: Cast) -> None:
        """Another site could make a browser send its cookies."""
        browser = Client()
        browser.force_login(cast.accounts["analyst"])
        assert browser.get("/api/v1/me").status_code == 401

    def test_open_no_pages(self, cast: Cast) -> None:
        answer = Client().get("/preferences", headers={"Authorization": f"Bearer {self.token(cast)}"})
        assert answer.status_code == 302


class TestTwoAtOnce:
    """What the database lets only one of two do"""

    def test_the_other_is_refused(self, cast: Cast) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            Organisation.objects.create(name="Twice", slug=cast.organisation.slug)
            return HttpResponse()

        answer = run(view, cast.analyst)
        assert isinstance(answer, HttpResponse)
        assert answer.status_code == 409
        assert "at the same moment" in answer.content.decode()

    def test_another_broken_promise_is_our_mistake(self, cast: Cast) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            raise IntegrityError("changed without a ledger entry")

        with pytest.raises(IntegrityError):
            run(view, cast.analyst)


class TestTimeZone:
    """The reader's clock"""

    def test_is_that_of_who_is_signed_in(self, cast: Cast) -> None:
        with acting_as(cast.auditor):
            change_preferences(time_zone="Asia/Tokyo", theme="auto", single_keys=True, by=cast.auditor)
        browser = Client()
        browser.force_login(Account.objects.get(id=cast.auditor.id))
        assert "JST</time>" in browser.get("/ledger").content.decode()

    def test_does_not_stay_for_the_next_reader(self, cast: Cast) -> None:
        timezone.activate("Asia/Tokyo")
        Client().get("/accounts/login/")
        assert timezone.get_current_timezone_name() == "UTC"


class TestAsyncViews:
    """Views that stream"""

    def test_are_left_to_themselves(self, db: None) -> None:
        async def view(request: HttpRequest) -> HttpResponse:
            return HttpResponse()

        assert run(view, None) is None  # type: ignore[arg-type]
