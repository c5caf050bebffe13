# SPDX-License-Identifier: Apache-2.0
"""What is told of mappings."""

from longwatch.intake.sentences import SENTENCES


def test_saving_and_retiring_are_told() -> None:
    fields = {"mapping": "doors", "number": 2, "note": "The new firmware"}
    assert SENTENCES["mapping.saved"](fields) == "saved version 2 of the mapping “doors”: The new firmware"
    assert SENTENCES["mapping.retired"](fields) == "retired the mapping “doors”"
