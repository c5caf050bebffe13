# SPDX-License-Identifier: Apache-2.0
"""A file goes into evidence in pieces, and goes on after an interruption."""

import hashlib
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.services.opening import open_case
from longwatch.evidence.models import Exhibit, ResumableUpload
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE, Visitor
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

LARGE = os.urandom(40_000_000)
OTHER = b"Gate 4, 22 July\n"


@pytest.fixture
def case(people: Cast) -> Case:
    """A case of the lead's."""
    with acting_as(people.lead):
        return open_case(title="Missing laptops", type="other", by=people.lead)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of more than one piece."""
    (tmp_path / "disk.img").write_bytes(LARGE)
    return tmp_path / "disk.img"


def panel(visitor: Visitor, case: Case) -> Page:
    """The evidence of the case."""
    return visitor.go(f"/files/of/case/{case.id}")


def choose(page: Page, *files: Path) -> None:
    """Put files into the form and send it."""
    page.locator("#exhibits input[type=file]").set_input_files(list(files))
    page.get_by_role("button", name="Add evidence").click()


def exhibits(people: Cast, case: Case) -> list[Exhibit]:
    """What arrived, by number."""
    with acting_as(people.lead):
        return list(Exhibit.objects.filter(record_id=case.id).order_by("number"))


def expect_lost_pieces(visitor: Visitor) -> None:
    """Take out of the problems what the browser says of connections that were cut on purpose."""
    visitor.problems[:] = [each for each in visitor.problems if "net::ERR" not in each]


def interrupted(page: Page, case: Case, large: Path) -> None:
    """The second piece of a file never leaves the browser."""
    pieces = []

    def lose(route: Route) -> None:
        pieces.append(route.request.headers.get("upload-offset"))
        if route.request.method == "PATCH" and pieces[-1] != "0":
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/files/uploads/*", lose)
    choose(page, large)
    expect(page.get_by_text("The connection was lost. Trying again")).to_be_visible()


def test_files_arrive_in_their_order_with_their_hashes(enter: Enter, people: Cast, case: Case, large: Path) -> None:
    small = large.with_name("gate.txt")
    small.write_bytes(OTHER)
    lead = enter("lead")
    page = panel(lead, case)
    page.get_by_label("Note").fill("From the second floor")
    choose(page, large, small)
    expect(page.locator(".exhibit")).to_have_count(2)
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("gate.txt is in evidence now.")
    rows = exhibits(people, case)
    assert [(row.name, row.note) for row in rows] == [
        ("disk.img", "From the second floor"), ("gate.txt", "From the second floor"),
    ]  # fmt: skip
    assert [row.sha256 for row in rows] == [hashlib.sha256(each).hexdigest() for each in (LARGE, OTHER)]


def test_a_file_goes_on_after_the_page_was_loaded_again(enter: Enter, people: Cast, case: Case, large: Path) -> None:
    lead = enter("lead")
    page = panel(lead, case)
    interrupted(page, case, large)
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute_all(behavior="ignoreErrors")
    panel(lead, case)
    expect(page.get_by_text("Choose the same file again to go on.")).to_be_visible()
    begun = []
    page.on("request", lambda request: begun.append(request.url) if request.method == "POST" else None)
    choose(page, large)
    expect(page.locator(".exhibit")).to_have_count(1)
    assert begun == [], "The file was begun again instead of going on."
    assert exhibits(people, case)[0].sha256 == hashlib.sha256(LARGE).hexdigest()
    expect(page.get_by_text("Choose the same file again to go on.")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('upload'))") == []
    expect_lost_pieces(lead)


def test_a_paused_file_goes_on(enter: Enter, people: Cast, case: Case, large: Path) -> None:
    lead = enter("lead")
    page = panel(lead, case)
    interrupted(page, case, large)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".upload", has_text="Paused. What arrived is kept for a day.")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".exhibit")).to_have_count(1)
    assert exhibits(people, case)[0].sha256 == hashlib.sha256(LARGE).hexdigest()
    expect_lost_pieces(lead)


def test_a_cancelled_file_leaves_nothing(enter: Enter, people: Cast, case: Case, large: Path) -> None:
    lead = enter("lead", PHONE)
    page = panel(lead, case)
    interrupted(page, case, large)
    page.locator(".upload").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel upload").click()
    expect(page.locator(".upload")).to_have_count(0)
    with acting_as(people.lead):
        assert not ResumableUpload.objects.filter(record_id=case.id).exists()
    assert exhibits(people, case) == []
    expect_lost_pieces(lead)


def test_a_refusal_is_told_in_words(enter: Enter, case: Case, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    page = panel(enter("lead"), case)
    choose(page, tmp_path / "empty.txt")
    expect(page.locator(".upload")).to_contain_text("The file is empty.")
    expect(page.locator("#announcer")).to_have_text("empty.txt: The file is empty.")


def test_without_scripts_the_form_sends_the_file(enter: Enter, people: Cast, case: Case, tmp_path: Path) -> None:
    (tmp_path / "gate.txt").write_bytes(OTHER)
    plain = enter("lead", java_script_enabled=False)
    plain.can_be_examined = False
    page = panel(plain, case)
    choose(page, tmp_path / "gate.txt")
    expect(page.get_by_text("Exhibit 1 added.")).to_be_visible()
    assert exhibits(people, case)[0].sha256 == hashlib.sha256(OTHER).hexdigest()
