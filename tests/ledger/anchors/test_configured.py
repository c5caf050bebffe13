# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from longwatch.core.environment import Environment
from longwatch.ledger.anchors.configured import anchors


class TestAnchors:
    def test_are_a_file_in_the_data_directory_by_default(self, tmp_path: Path) -> None:
        [only] = anchors(Environment({"LONGWATCH_DATA": str(tmp_path)}))
        assert (only.name, only.target) == ("file", str(tmp_path / "anchors" / "checkpoints"))

    def test_are_all_that_are_set_and_show_no_secret(self, tmp_path: Path) -> None:
        found = anchors(
            Environment(
                {
                    "LONGWATCH_DATA": str(tmp_path), "LONGWATCH_ANCHOR_FILE": str(tmp_path / "worm"),
                    "LONGWATCH_ANCHOR_S3": "s3://proof/ledger?days=3", "LONGWATCH_ANCHOR_GIT": str(tmp_path),
                    "LONGWATCH_ANCHOR_TSA": "https://user:secret@tsa.example.org/tsr",
                    "LONGWATCH_ANCHOR_WITNESS": "https://witness.example.org/w/secret",
                    "LONGWATCH_ANCHOR_EMAIL": "a@example.org, b@example.org",
                }
            )
        )  # fmt: skip
        assert [each.name for each in found] == ["file", "s3", "timestamp", "witness", "git", "mail"]
        assert not [each.target for each in found if "secret" in each.target]
