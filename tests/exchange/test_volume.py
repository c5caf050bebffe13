# SPDX-License-Identifier: Apache-2.0
"""A bundle of many exhibits: LONGWATCH_BENCH_EXHIBITS=1000 pytest -s -n 0 tests/exchange/test_volume.py measures it."""

import os
import resource
import time

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.exchange.archive import opened
from longwatch.exchange.models import ExportStatus
from longwatch.exchange.verification import Trust, Verdict, verify
from tests.exchange.material import a_full_case, exported, plain, ref, upload
from tests.personas import make_cast

EXHIBITS = int(os.environ.get("LONGWATCH_BENCH_EXHIBITS", "40"))
KILOBYTES = 100
# Two minutes for a thousand on two cores; generous, because the machine of the tests is shared.
SECONDS_AN_EXHIBIT = 0.5


@pytest.mark.slow
@pytest.mark.timeout(1200)
class TestVolume:
    def test_a_bundle_of_many_exhibits_is_made_and_checked_in_time_and_little_memory(
        self, committed_db: Address
    ) -> None:
        cast = make_cast()
        case = a_full_case(cast)
        record = ref(case, cast)
        for number in range(EXHIBITS):
            with acting_as(cast.investigator):
                content = upload(f"photo-{number}.bin", os.urandom(KILOBYTES * 1000))
                add_exhibit(record, content, note="", by=cast.investigator)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        walked = time.monotonic()
        row = exported(case, cast)
        made, waited = time.process_time() - began, time.monotonic() - walked
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
        with opened(plain(row)) as archive:
            findings = verify(archive, Trust())
        checked = time.process_time() - began - made
        print(
            f"\n{EXHIBITS} exhibits: {waited:.1f} s, {made:.1f} s CPU, {grown:.0f} MB more; "
            f"checked in {checked:.1f} s CPU"
        )
        assert row.status == ExportStatus.READY, row.failure
        assert not [each for each in findings if each.verdict is Verdict.BAD]
        assert made < EXHIBITS * SECONDS_AN_EXHIBIT + 10
        assert grown < 150
