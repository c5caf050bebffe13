# SPDX-License-Identifier: Apache-2.0
import pytest
from django.test import Client

from longwatch.access.roles import Permission
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.ids import uuid7
from longwatch.web.navigation import Place, links
from tests.personas import Cast

LEDGER = Place("Ledger", "web:ledger", "history", "g l", "ledger:read")
START = Place("Start", "web:home", "house", "g h", "ledger:read")


def person(*permissions: Permission) -> Actor:
    return Actor(ActorKind.ACCOUNT, uuid7(), "Aud Auditor", uuid7(), permissions=frozenset(permissions))


def test_nobody_sees_no_places() -> None:
    assert links([LEDGER], None, "/") == []


def test_a_place_needs_its_permission() -> None:
    assert links([LEDGER], person(Permission.CASE_READ), "/") == []


def test_a_place_without_a_permission_is_for_everybody_signed_in() -> None:
    assert [link.name for link in links([Place("Start", "web:home", "house", "", "")], person(), "/")] == ["Start"]


def test_a_place_that_does_not_exist_is_left_out() -> None:
    assert links([Place("Moon", "moon:surface", "moon", "", "ledger:read")], person(Permission.LEDGER_READ), "/") == []


def test_only_the_nearest_place_is_marked() -> None:
    shown = links([START, LEDGER], person(Permission.LEDGER_READ), "/ledger")
    assert [(link.name, link.active) for link in shown] == [("Start", False), ("Ledger", True)]


def test_a_page_elsewhere_marks_the_place_that_holds_it() -> None:
    glass = Place("Reviews", "search:glass-reviews", "lock-open", "", "ledger:read", holds=("/break-glass/",))
    shown = links([LEDGER, glass], person(Permission.LEDGER_READ), "/break-glass/0191d2c0")
    assert [(link.name, link.active) for link in shown] == [("Ledger", False), ("Reviews", True)]


def test_a_custodian_begins_where_requests_wait(cast: Cast) -> None:
    assert _browser(cast, "custodian").get("/").headers["Location"] == "/identities"


def test_a_place_is_left_out_for_whom_it_is_inside_another() -> None:
    place = Place("Sources", "web:ledger", "radio", "", "source:manage", unless="account:administer")
    both = person(Permission.SOURCE_MANAGE, Permission.ACCOUNT_ADMINISTER)
    assert [links([place], each, "/") != [] for each in (person(Permission.SOURCE_MANAGE), both)] == [True, False]


def test_an_administrator_finds_the_sources_once(cast: Cast) -> None:
    page = _browser(cast, "administrator").get("/administration/").content.decode()
    assert page.count('href="/administration/sources/"') == 1


def test_a_supervisor_finds_the_sources_in_the_rail(cast: Cast) -> None:
    assert 'href="/administration/sources/"' in _browser(cast, "supervisor").get("/board").content.decode()


@pytest.mark.parametrize(
    ("role", "start"), [("reporter", "/my-reports"), ("administrator", "/administration/"), ("auditor", "/ledger")]
)
def test_the_start_leads_to_the_first_place_of_a_role(cast: Cast, role: str, start: str) -> None:
    answer = _browser(cast, role).get("/")
    assert answer.headers["Location"] == start


def test_a_reporter_finds_the_report_form_and_their_reports(cast: Cast) -> None:
    page = _browser(cast, "reporter").get("/my-reports").content.decode()
    assert 'class="menu-item" href="/report"' in page
    assert 'href="/my-reports"' in page


@pytest.mark.parametrize(("role", "shown"), [("reporter", False), ("administrator", False), ("analyst", True)])
def test_the_search_box_is_there_for_who_may_search(cast: Cast, role: str, shown: bool) -> None:
    page = _browser(cast, role).get("/preferences").content.decode()
    assert ('role="search"' in page) is shown


def _browser(cast: Cast, role: str) -> Client:
    browser = Client()
    browser.force_login(cast.accounts[role])
    return browser
