# SPDX-License-Identifier: Apache-2.0
"""What each database role may do."""

from longwatch.access.grants import GENERAL, grant_files


class TestGrantFiles:
    """grant_files"""

    def test_begin_with_the_general_one_and_name_each_once(self) -> None:
        files = list(grant_files())
        assert files[0] == GENERAL
        assert len(files) == len(set(files)) > 1

    def test_are_all_there(self) -> None:
        assert [file for file in grant_files() if not file.is_file()] == []
