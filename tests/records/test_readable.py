# SPDX-License-Identifier: Apache-2.0
"""Which kinds of records permissions open."""

from dataclasses import replace

import pytest

from longwatch.core.actor import Actor
from longwatch.records.models import RecordKind
from longwatch.records.readable import READING, readable_kinds
from tests.personas import Cast


def may(actor: Actor, *permissions: str) -> Actor:
    """The same person with nothing but these permissions."""
    return replace(actor, permissions=frozenset(permissions))


class TestReadableKinds:
    def test_every_kind_needs_a_permission(self) -> None:
        assert set(READING) == set(RecordKind)

    @pytest.mark.parametrize("kind", list(RecordKind))
    def test_are_opened_one_by_one(self, cast: Cast, kind: RecordKind) -> None:
        assert readable_kinds(may(cast.analyst, f"{kind}:read")) == [str(kind)]

    def test_are_none_without_permissions(self, cast: Cast) -> None:
        assert readable_kinds(may(cast.analyst, "search:use", "evidence:read")) == []
