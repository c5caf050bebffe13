# SPDX-License-Identifier: Apache-2.0
"""Somebody without an account reports, on a phone, in Spanish; with and without JavaScript."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from longwatch.access.models import Organisation
from longwatch.intake.report_forms import QUICKEST_SECONDS
from tests.journeys.conftest import SECONDS, Enter
from tests.journeys.visitor import PHONE
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

WHAT = "Un hombre grita y golpea la puerta del almacén."
PLACE = "Puerta norte, Lisboa"


@pytest.fixture
def address(people: Cast) -> str:
    """The organisation's own address for reports."""
    return f"/report/{Organisation.objects.get(id=people.organisation.id).slug}"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small file."""
    path = tmp_path / "puerta.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n a door")
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_report_in_spanish_on_a_phone(enter: Enter, address: str, photo: Path, *, scripts: bool) -> None:
    reporter = enter(size=PHONE, locale="es-ES", java_script_enabled=scripts)
    reporter.can_be_examined = scripts
    page, opened = reporter.go(address), time.monotonic()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    _refused_without_words(page)
    reporter.look()
    page.locator("[name=what]").fill(WHAT)
    page.locator("[name=where]").fill(PLACE)
    page.locator("[name=email]").fill("no es una dirección")
    _send(page)
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=what]")).to_have_value(WHAT)
    page.locator("[name=email]").fill("")
    _send(page)
    expect(page.locator("dd", has_text=PLACE)).to_be_visible()
    reporter.look()
    _change_an_answer(page)
    page.locator("input[type=file]").set_input_files(photo)
    # Nobody tells in less; who seems to is asked to check the answers once more.
    page.wait_for_timeout(max(0.0, opened + QUICKEST_SECONDS + 1 - time.monotonic()) * SECONDS)
    page.locator("button[value=send]").click()
    expect(page.locator(".report-number")).to_have_text(re.compile(r"^\d{4}(-\d{4}){4}$"))
    reporter.look()
    _is_in_the_inbox(enter)


def _refused_without_words(page: Page) -> None:
    _send(page)
    expect(page.locator("[name=what]")).to_have_attribute("aria-invalid", "true")


def _change_an_answer(page: Page) -> None:
    page.locator("button[value=edit]").click()
    # By what only the form has: the page one leaves holds the same names and values, hidden.
    expect(page.locator("#id_what")).to_have_value(WHAT)
    expect(page.locator("#id_where")).to_have_value(PLACE)
    _send(page)
    expect(page.locator("button[value=send]")).to_be_visible()


def _send(page: Page) -> None:
    page.locator(".report-form .form-actions .button-primary").click()


def _is_in_the_inbox(enter: Enter) -> None:
    analyst = enter("analyst")
    page = analyst.go("/inbox")
    page.get_by_role("link", name="Un hombre grita").click()
    detail = page.locator("#detail")
    expect(detail).to_contain_text(WHAT)
    expect(detail).to_contain_text(PLACE)
    # What the reporter's phone called the file is not told, nor at what time of the day it came.
    expect(detail).to_contain_text("reporter-file.png")
    expect(detail.locator("dl", has_text="Received")).not_to_contain_text("00:00")
    analyst.look()
