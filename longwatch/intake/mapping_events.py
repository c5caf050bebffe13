# SPDX-License-Identifier: Apache-2.0
"""What can happen to mappings that people make."""

from dataclasses import dataclass
from typing import ClassVar

from longwatch.ledger import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingSaved(Event):
    """A new version of a mapping reads from now on; its text lies outside the entry, which has the hash."""

    name: ClassVar[str] = "mapping.saved"
    mapping: str
    number: int
    sha256: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRetired(Event):
    """Nothing is read with it any more; its versions stay."""

    name: ClassVar[str] = "mapping.retired"
    mapping: str
