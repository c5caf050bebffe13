# SPDX-License-Identifier: Apache-2.0
"""What archives list, without being unpacked."""

import gzip
import io

from longwatch.evidence.rendering.archive import tar_copy, zip_copy
from tests.evidence.rendering import samples


class TestZipCopy:
    def test_lists_entries_with_their_sizes(self) -> None:
        content = samples.zipped({"plan.txt": b"12345", "deep/map.png": b"1"})
        copy = zip_copy(io.BytesIO(content), len(content))
        assert [row[:2] for row in copy.rows] == [["plan.txt", "5"], ["deep/map.png", "1"]]


class TestTarCopy:
    def test_lists_entries(self) -> None:
        assert len(tar_copy(io.BytesIO(gzip.decompress(samples.tar_gz(3)))).rows) == 3
