# SPDX-License-Identifier: Apache-2.0
"""The formats as data."""

from longwatch.exchange.sharing.formats import WRITERS, FileFormat


def test_every_format_can_be_written() -> None:
    assert set(WRITERS) == set(FileFormat)
