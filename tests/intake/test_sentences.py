# SPDX-License-Identifier: Apache-2.0
"""Why a signal stands where it does, in words."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.intake.models import REPORT_SLUG, Signal
from longwatch.intake.sentences import ranking
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"name": "Report form", "slug": REPORT_SLUG, "kind": "report"}, "from the kind of thing the reporter chose"),
        ({"name": "Phishing", "slug": "phishing", "kind": "report"}, "as “Phishing” or its mapping set it"),
        ({"name": "Sensor", "slug": "sensor", "kind": "alert"}, "as “Sensor” or its mapping set it"),
    ],
)
def test_says_who_chose_the_severity(cast: Cast, source: dict[str, str], words: str) -> None:
    sent = send(make_source(cast, **source), cast, severity="high")
    with acting_as(cast.analyst):
        signal = Signal.objects.select_related("source").get(id=sent.signal_id)
        assert words in ranking(signal, clock.now())[0]
