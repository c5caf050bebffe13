# SPDX-License-Identifier: Apache-2.0
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from longwatch.core.errors import Conflict, Invalid, LongwatchError, NotAllowed, NotFound, Stale, TooLarge, TooMany
from longwatch.web import views
from longwatch.web.last_resort import SENTENCE
from tests.personas import Cast


def page(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/somewhere", headers=headers)
    vars(request)["actor"] = None
    return request


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    "error",
    [
        NotAllowed("Only a lead may do this."),
        NotFound("This cannot be undone any more."),
        Conflict("Write the findings before closing."),
        Stale("The note was changed at 14:02."),
        Invalid("The title is missing."),
        TooLarge("The file is larger than 100 MB."),
        TooMany("Three reports a minute are enough."),
    ],
)
def test_a_refusal_is_a_page_with_its_sentence_and_status(error: LongwatchError) -> None:
    response = views.render_refusal(page(), error)
    assert response.status_code == error.status
    assert error.sentence in text(response)
    assert str(views.ADVICE[error.status]) in text(response).replace("&#x27;", "'")


def test_that_there_is_nothing_is_said_once() -> None:
    response = views.render_refusal(page(), NotFound())
    assert text(response).count("There is nothing here") == len(("title", "heading"))


def test_a_conflict_names_what_is_missing() -> None:
    response = views.render_refusal(page(), Conflict("Not yet.", gaps=["Two tasks are open."]))
    assert "Two tasks are open." in text(response)


def test_a_rate_limit_says_when_to_come_back() -> None:
    assert views.render_refusal(page(), TooMany("Slower.", retry_after=20))["Retry-After"] == "20"


def test_a_part_of_a_page_gets_a_toast_and_is_otherwise_left_alone() -> None:
    response = views.render_refusal(page(**{"HX-Request": "true"}), Conflict("Write the findings before closing."))
    assert response["HX-Retarget"] == "#toasts"
    assert response["HX-Reswap"] == "beforeend"
    assert "<html" not in text(response)
    assert "Write the findings before closing." in text(response)


@pytest.mark.parametrize(
    ("handler", "status"), [(views.handler400, 400), (views.handler403, 403), (views.handler404, 404)]
)
def test_an_error_page_says_what_to_do(handler: object, status: int) -> None:
    response = handler(page(), None)  # type: ignore[operator]
    assert response.status_code == status
    assert str(views.ADVICE[status]) in text(response)


def test_the_page_for_our_own_mistakes_needs_no_database() -> None:
    response = views.handler500(page())
    assert response.status_code == 500
    assert "The record is safe" in text(response)


NOTHING_GATHERED = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}


@pytest.fixture
def without_static_files(settings: Any, tmp_path: Path) -> None:
    """The static files of this version were never gathered: every page that names one breaks."""
    settings.STATIC_ROOT, settings.STORAGES, settings.DEBUG = tmp_path, NOTHING_GATHERED, False


@pytest.mark.usefixtures("without_static_files")
class TestWithoutStaticFiles:
    def test_a_failure_is_told_in_words_alone(self) -> None:
        response = views.handler500(page())
        assert response.status_code == 500
        assert SENTENCE in text(response)

    def test_both_failures_are_logged(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        client.raise_request_exception = False
        assert client.get("/nothing-is-here").status_code == 500
        assert {line.name for line in caplog.records} >= {"longwatch.web.views", "django.request"}


@pytest.mark.parametrize("address", ["/incidents/%00", "/incidents?category=%00", "/cases?q=%00"])
def test_what_no_database_can_hold_is_refused(cast: Cast, client: Client, address: str) -> None:
    client.force_login(cast.accounts["analyst"])
    answer = client.get(address)
    assert answer.status_code == 422
    assert "such as NUL" in answer.content.decode()
