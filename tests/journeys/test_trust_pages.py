# SPDX-License-Identifier: Apache-2.0
"""The pages on which people decide who may know are sound for everybody, with and without content."""

import pytest
from playwright.sync_api import ViewportSize, expect

from longwatch.access.context import acting_as
from longwatch.access.models import Section
from longwatch.cases.services import opening, sections, witnesses
from tests.journeys.conftest import Enter
from tests.personas import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

# Who looks at which pages; {case} is a case's reference, {section} its witnesses.
PAGES = {
    "investigator": (
        "/cases/{case}/access", "/cases/{case}/sections/new", "/cases/{case}/history", "/cases/{case}/export",
        "/cases/sections/{section}", "/search/sealed-match", "/security", "/notices",
    ),
    "supervisor": ("/break-glass",),
    "privacy": ("/break-glass/reviews",),
    "custodian": ("/identities",),
    "auditor": ("/administration/integrity",),
    "administrator": ("/administration/access",),
}  # fmt: skip


@pytest.fixture
def names(people: Cast) -> dict[str, str]:
    """A case with a witness."""
    by = people.investigator
    with acting_as(by):
        case = opening.open_case(title="Missing laptops", type="physical_security", lead_id=by.id, by=by)
        place = sections.open_section(case.id, section=Section.WITNESS, by=by)
        witnesses.add_witness(case.id, place.id, name="Ana Reis", contact="+351 210 555 099", by=by)
    return {"case": case.reference, "section": str(place.id)}


@pytest.mark.parametrize("who", PAGES)
def test_are_sound(enter: Enter, names: dict[str, str], size: ViewportSize, who: str) -> None:
    visitor = enter(who, size)
    for path in PAGES[who]:
        page = visitor.go(path.format(**names))
        expect(page.locator("h1")).not_to_have_text("There is nothing here")


def test_of_the_reporter_are_sound(enter: Enter, names: dict[str, str], size: ViewportSize) -> None:
    expect(enter("investigator", size).go("/report/follow-up").locator("h1")).to_have_text("Look up a report")
