# SPDX-License-Identifier: Apache-2.0
"""What jobs do for bundles."""

import os
import time

from longwatch.access.context import acting_as
from longwatch.exchange.jobs import build_bundle, sweep_bundles
from longwatch.exchange.services.building import directory
from longwatch.exchange.services.requesting import request_export
from tests.exchange.material import a_full_case, ref
from tests.personas import Cast


class TestBuildBundle:
    def test_makes_what_was_asked_for_once(self, cast: Cast) -> None:
        by, case = cast.investigator, a_full_case(cast)
        with acting_as(by):
            row = request_export(ref(case, cast), audience="internal", recipient="The board", purpose="News", by=by)
        assert build_bundle(export_id=str(row.id), account_id=str(by.id)) == "ready"
        assert build_bundle(export_id=str(row.id), account_id=str(by.id)) == "gone"


class TestSweepBundles:
    def test_removes_files_whose_time_is_over_and_no_others(self) -> None:
        now = time.time()
        for name, age in (("old.zip", 60), ("new.zip", -60), (".broken.part", 7 * 3600), (".new.part", 60)):
            path = directory() / name
            path.write_bytes(b"x")
            os.utime(path, (now - age, now - age))
        assert sweep_bundles(timestamp=0) == 2
        assert sorted(path.name for path in directory().iterdir()) == [".new.part", "new.zip"]
