# SPDX-License-Identifier: Apache-2.0
"""Bundles: made by a job, proven by public tools."""

import json
from pathlib import Path
from zipfile import ZipFile

from longwatch.core.postgres.address import Address
from longwatch.exchange.models import ExportStatus
from longwatch.exchange.services.building import file_of
from tests.exchange.material import LETTER, a_full_case, exported
from tests.personas import make_cast


class TestBuild:
    def test_makes_a_bundle_with_everything_in_it(self, committed_db: Address, tmp_path: Path) -> None:
        cast = make_cast()
        row = exported(a_full_case(cast), cast)
        assert (row.status, row.failure) == (ExportStatus.READY, "")
        with ZipFile(file_of(row)) as archive:
            names = {name.removeprefix(f"{row.bag_name}/") for name in archive.namelist()}
            print("\n".join(sorted(names)))
            assert archive.read(f"{row.bag_name}/data/exhibits/0001-letter.txt") == LETTER
            print(json.dumps(row.counts))
        assert file_of(row).stat().st_mode & 0o077 == 0
