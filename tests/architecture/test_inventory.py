# SPDX-License-Identifier: Apache-2.0
"""docs/security/inventory.md names every key, and every setting that leads elsewhere."""

import re

import pytest

from longwatch.core import environment, keys
from longwatch.core.environment import Setting
from longwatch.core.keys import Key
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "security" / "inventory.md"
# Settings whose value is where something is sent to, fetched from or started.
LEADS = re.compile(
    r"DATABASE_URL|LONGWATCH_(?:ANCHOR_\w+|EMAIL_URL|S3_ENDPOINT|EVIDENCE_STORE|CLAMD|YARA_\w+|IDENTITY_PROVIDERS)"
)
# A certificate to check with.
NO_TARGET = "LONGWATCH_ANCHOR_TSA_CA"


def settings() -> list[Setting]:
    """Every setting there is."""
    return [each for each in vars(environment).values() if isinstance(each, Setting)]


def unnamed(text: str) -> list[str]:
    """Keys and settings that the page does not name."""
    wanted = [each.name for each in vars(keys).values() if isinstance(each, Key)]
    wanted += [each.name for each in settings() if LEADS.fullmatch(each.name) and each.name != NO_TARGET]
    return [name for name in wanted if f"`{name}`" not in text]


def test_every_key_and_target_is_named() -> None:
    assert unnamed(PAGE.read_text()) == []


@pytest.mark.parametrize("name", ["receipts", "LONGWATCH_ANCHOR_WITNESS", "DATABASE_URL"])
def test_one_that_is_missing_is_seen(name: str) -> None:
    assert unnamed(PAGE.read_text().replace(f"`{name}`", "")) == [name]
