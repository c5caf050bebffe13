# SPDX-License-Identifier: Apache-2.0
"""How a source is read, as a page."""

import pytest

from longwatch.access.context import acting_as
from longwatch.intake.models import Source
from tests.intake.cast_mappings import make_own
from tests.intake.cast_signals import make_source
from tests.intake.test_views_deliveries import browser_of
from tests.intake.test_views_mapping_editor import text
from tests.personas import Cast

pytestmark = pytest.mark.django_db


def test_offers_formats_and_the_mappings_of_its_compartment(cast: Cast) -> None:
    source = make_source(cast)
    make_own(cast)
    page = text(browser_of(cast).get(f"/administration/sources/{source.id}/reading"))
    assert ("Door controller" in page, "Suricata EVE" in page, "Europe/Madrid" in page) == (True, True, True)


def test_keeps_what_was_chosen(cast: Cast) -> None:
    source = make_source(cast)
    address = f"/administration/sources/{source.id}/reading"
    answer = browser_of(cast).post(address, {"format": "wazuh", "time_zone": "Europe/Madrid"})
    with acting_as(cast.supervisor):
        found = Source.objects.get(id=source.id)
    assert (answer.status_code, found.format, found.time_zone) == (302, "wazuh", "Europe/Madrid")


def test_refuses_what_there_is_not(cast: Cast) -> None:
    source = make_source(cast)
    address = f"/administration/sources/{source.id}/reading"
    answer = browser_of(cast).post(address, {"format": "own:none", "time_zone": "Atlantis"})
    assert answer.status_code == 422
