# SPDX-License-Identifier: Apache-2.0
"""The main job: from an alert to a closed case, in the browser, on a desktop and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.conftest import Enter
from tests.journeys.sending import TITLE, send_alert
from tests.journeys.visitor import PHONE, Visitor
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

CONTENT = b"\x89PNG\r\n\x1a\n not really a picture \x00\xff"
CLOSURE = {
    "Findings": "The account was used by somebody else.", "Root cause": "A password that was used twice.",
    "Actions taken": "Sessions ended, password changed.", "Remediation": "Second factor required.",
    "Lessons learned": "Reuse was known and not acted on.", "Prevention": "A check against known leaks.",
    "Why the risk is judged so": "The second factor holds.",
}  # fmt: skip


def sign_in(visitor: Visitor, email: str, password: str) -> Page:
    """Sign in with the form."""
    page = visitor.go("/accounts/login/")
    page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(email)
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(f"{visitor.base_url}/accounts/login/")
    return page


def test_from_alert_to_closed_case(
    people: Cast, password: str, token: str, enter: Enter, size: ViewportSize, tmp_path: Path
) -> None:
    lead = enter(size=size)
    page = sign_in(lead, people.accounts["lead"].email, password)
    _judge_the_alert(lead, token, by_keyboard=size is not PHONE)
    incident = _handle_the_incident(lead, page, tmp_path)
    case = _open_the_case(lead, page, people)
    _investigate(lead, page, case)
    _close_the_incident(lead, page, incident)
    _ask_for_closure(lead, page, case)
    _approve(enter("hr", size), case)
    _read_the_six_questions(lead, page, case)


def _judge_the_alert(lead: Visitor, token: str, *, by_keyboard: bool) -> None:
    page = lead.go("/inbox")
    expect(page.get_by_text("All quiet")).to_be_visible()
    send_alert(lead.base_url, token)
    send_alert(lead.base_url, token, title="Another alert", rule="auth.other", severity="low")
    row = page.get_by_role("link", name=TITLE)
    expect(row).to_be_visible()
    lead.look()
    if by_keyboard:
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(page.locator("#detail h1")).to_have_text(TITLE)
        page.keyboard.press("k")
        expect(page.locator("#detail h1")).to_have_text("Another alert")
        page.keyboard.press("j")
    else:
        row.click()
    expect(page.locator("#detail h1")).to_have_text(TITLE)
    lead.look()
    if by_keyboard:
        page.keyboard.press("1")
    else:
        page.get_by_role("link", name="Open incident").click()
    expect(page.get_by_role("heading", name="Open an incident")).to_be_visible()


def _handle_the_incident(lead: Visitor, page: Page, tmp_path: Path) -> str:
    lead.look()
    page.get_by_label("Category", exact=True).select_option(index=1)
    page.get_by_label("Everybody who handles incidents").check()
    page.get_by_role("button", name="Open incident").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    incident = page.url
    page.locator("#severity-menu summary").click()
    menu = page.locator("#severity-menu")
    menu.get_by_label("Severity", exact=True).select_option(label="Critical")
    menu.get_by_label("Why", exact=True).fill("The account can change payments")
    menu.get_by_role("button", name="Change severity").click()
    expect(page.locator("#timeline")).to_contain_text("The account can change payments")
    page.locator("#entry-text").fill("Called the user: not them.")
    page.locator("#composer").get_by_role("button", name="Save").click()
    expect(page.locator("#timeline")).to_contain_text("Called the user: not them.")
    page.locator("#entry-text").fill("Change the password")
    page.locator("#composer .pick", has_text="Task").click()
    page.locator("#composer").get_by_role("button", name="Save").click()
    expect(page.locator("#tasks")).to_contain_text("Change the password")
    _attach(page, tmp_path)
    lead.look()
    return incident


def _attach(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "screen.png"
    file.write_bytes(CONTENT)
    exhibits = page.locator("#exhibits")
    exhibits.locator("input[type=file]").set_input_files(file)
    exhibits.get_by_role("button", name="Add evidence").click()
    expect(exhibits.get_by_text("screen.png")).to_be_visible()
    exhibits.locator("summary", has_text="Download").click()
    exhibits.get_by_label("What is the copy for?").fill("To look at it")
    with page.expect_download() as download:
        exhibits.get_by_role("button", name="Download original").click()
    assert Path(download.value.path()).read_bytes() == CONTENT


def _open_the_case(lead: Visitor, page: Page, people: Cast) -> str:
    page.locator("#cases-of-incident").get_by_role("link", name="Open case").click()
    expect(page.get_by_role("heading", name="Open a case")).to_be_visible()
    lead.look()
    page.get_by_label("Type", exact=True).select_option(index=1)
    page.get_by_role("button", name="Open case").click()
    expect(page.get_by_text("A case without a lead stays open.")).to_be_visible()
    lead.look()
    case = page.url
    page.get_by_role("link", name="Name a lead").first.click()
    page.get_by_label("Person", exact=True).select_option(label=people.accounts["lead"].name)
    lead.look()
    page.get_by_role("button", name="Name lead").click()
    page.get_by_role("link", name="Add member").click()
    page.get_by_label("Person", exact=True).select_option(label=people.accounts["hr"].name)
    page.get_by_label("Why they need to know").fill("Approves the closure")
    page.get_by_role("button", name="Add member").click()
    lead.look()
    page.get_by_role("button", name="Start investigation").click()
    return case


def _investigate(lead: Visitor, page: Page, case: str) -> None:
    page.goto(f"{case}/allegations/new")
    page.get_by_label("What is alleged or asked").fill("Was the account used by somebody else?")
    lead.look()
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Record finding").click()
    page.get_by_label("Substantiated", exact=True).check()
    page.get_by_label("What it rests on", exact=True).fill("The log of the sign-in.")
    lead.look()
    page.get_by_role("button", name="Record finding").click()
    page.goto(f"{case}/decisions/new")
    page.get_by_label("What was decided", exact=True).fill("Require a second factor")
    page.get_by_label("Why", exact=True).fill("It would have held")
    lead.look()
    page.get_by_role("button", name="Record decision").click()
    expect(page.get_by_text("Require a second factor")).to_be_visible()
    for tab in ("", "/history", "/people", "/evidence", "/tasks", "/decisions", "/linked", "/access"):
        page.goto(f"{case}{tab}")
        lead.look()


def _close_the_incident(lead: Visitor, page: Page, incident: str) -> None:
    for tab in ("", "/tasks", "/evidence", "/links"):
        page.goto(f"{incident}{tab}")
        lead.look()
    page.goto(f"{incident}/tasks")
    page.locator("#tasks .task form button").first.click()
    expect(page.locator("#tasks .task-ended")).to_be_visible()
    page.goto(f"{incident}/closure")
    lead.look()
    page.get_by_label("How it ended", exact=True).select_option(index=2)
    page.get_by_label("Summary", exact=True).fill("The account was taken over; it is safe again.")
    page.get_by_label("A case was updated").or_(page.locator("input[name=case_answer][value=updated]")).first.check()
    page.get_by_role("button", name="Close incident").click()
    expect(page.get_by_text("is closed.")).to_be_visible()


def _ask_for_closure(lead: Visitor, page: Page, case: str) -> None:
    page.goto(f"{case}/closure")
    lead.look()
    page.get_by_role("button", name="Request closure").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    lead.look()
    for label, text in CLOSURE.items():
        page.get_by_label(label, exact=True).fill(text)
    page.locator("input[name=residual_risk]").nth(1).check()
    page.locator("input[name=monitoring_decision][value=none]").check()
    page.get_by_role("button", name="Request closure").click()
    expect(page.get_by_text("asked to close this case")).to_be_visible()


def _approve(second: Visitor, case: str) -> None:
    page = second.go(case.removeprefix(second.base_url) + "/closure")
    page.get_by_role("button", name="Approve").click()
    page.locator("dialog[open]").get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("Closed by two people.")).to_be_visible()
    second.look()


def _read_the_six_questions(lead: Visitor, page: Page, case: str) -> None:
    page.goto(f"{case}/six-questions")
    expect(page.get_by_text("The account was used by somebody else.").first).to_be_visible()
    lead.look()
    pdf = lead.context.request.get(f"{case}/six-questions.pdf")
    assert (pdf.status, pdf.body()[:4]) == (200, b"%PDF")
