# SPDX-License-Identifier: Apache-2.0
"""Webhooks, as rows."""

from longwatch.core.ids import uuid7
from longwatch.intake.door_models import Door, DoorScheme, purpose
from longwatch.intake.ways.signatures import SCHEMES
from longwatch.ledger.writing import row_content


class TestDoor:
    def test_commits_to_nothing_about_its_secret(self) -> None:
        assert "wrapped" not in row_content(Door(label="Tool", wrapped="x"))

    def test_has_the_schemes_that_can_be_verified(self) -> None:
        assert set(DoorScheme.values) == set(SCHEMES)


class TestPurpose:
    def test_is_of_one_door_alone(self) -> None:
        assert purpose(uuid7()) != purpose(uuid7())
