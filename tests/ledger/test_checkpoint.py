# SPDX-License-Identifier: Apache-2.0
import base64

import pytest

from longwatch.ledger.checkpoint import Tree, body, read_body
from longwatch.ledger.note import NoteRefused

TREE = Tree("log.example/ledger", 1234, bytes(range(32)))
ROOT = base64.b64encode(TREE.root).decode()


class TestReadBody:
    def test_reads_what_is_written(self) -> None:
        assert read_body(body(TREE)) == TREE

    def test_leaves_extensions_alone(self) -> None:
        assert read_body(body(TREE) + "more\n") == TREE

    @pytest.mark.parametrize(
        "text",
        [
            "", "a\n", f"a\n3\n{ROOT}", f"a b\n3\n{ROOT}\n", f"\n3\n{ROOT}\n", f"a\n03\n{ROOT}\n", f"a\n-3\n{ROOT}\n",
            f"a\n+3\n{ROOT}\n", f"a\n\u0663\n{ROOT}\n", f"a\n3\n{ROOT[:-4]}\n", f"a\n3\n{ROOT}AAAA\n", "a\n3\n!\n",
            f"a\n{'9' * 20}\n{ROOT}\n",
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_checkpoint(self, text: str) -> None:
        with pytest.raises(NoteRefused):
            read_body(text)
