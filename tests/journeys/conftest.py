# SPDX-License-Identifier: Apache-2.0
"""A running Longwatch with the cast in it, and browsers for its people."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from longwatch.access.services.accounts import change_password
from longwatch.config import static
from longwatch.core.environment import current
from longwatch.core.postgres.address import Address
from tests.intake.cast_signals import make_source, make_token
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.personas import PASSWORD, Cast, make_cast
from tools.browser import find_browser

SECONDS = 1000
Enter = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's journeys; not longer, because its event loop would be in other tests' way."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django would take for ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=15 * SECONDS)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def gathered_files() -> None:
    """The page assets, gathered and compressed as `longwatch migrate` does it."""
    static.gather(current())


@pytest.fixture
def people(chromium: Browser, committed_db: Address) -> Cast:
    """The cast, committed; an organisation of the test's own."""
    return make_cast()


@pytest.fixture
def password(people: Cast) -> str:
    """The lead's password, kept as the server keeps passwords."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        change_password(people.lead.id, password=PASSWORD, by=people.lead)
    return PASSWORD


@pytest.fixture
def token(people: Cast) -> str:
    """A token that sends signals of the source `siem`."""
    return make_token(people, make_source(people, name="SIEM", slug="siem"))


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """A desktop and a phone."""
    found: ViewportSize = request.param
    return found


@pytest.fixture
def enter(chromium: Browser, gathered_files: None, live_server_process: str, people: Cast) -> Iterator[Enter]:
    """Makes visitors, signed in when named; nothing may have gone wrong in any of their browsers."""
    visitors: list[Visitor] = []

    def visitor(name: str = "", size: ViewportSize = DESKTOP, **options: Any) -> Visitor:
        context = chromium.new_context(viewport=size, has_touch=size is PHONE, accept_downloads=True, **options)
        context.set_default_timeout(15 * SECONDS)
        if name:
            context.add_cookies([_session(people, name, live_server_process)])
        visitors.append(Visitor(name, live_server_process, context, context.new_page()))
        return visitors[-1]

    yield visitor
    problems = [f"{each.name or 'somebody'}: {problem}" for each in visitors for problem in each.problems]
    for each in visitors:
        each.context.close()
    assert not problems, "\n".join(problems)


def _session(people: Cast, name: str, base_url: str) -> Any:
    client = Client()
    client.force_login(people.accounts[name])
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": urlsplit(base_url).hostname, "path": "/"}
