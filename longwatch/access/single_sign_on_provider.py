# SPDX-License-Identifier: Apache-2.0
"""An identity provider, as the operator describes it; needed before Django is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider, and what it is trusted with."""

    id: str
    name: str
    organisation: str
    domains: frozenset[str]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    creates_accounts: bool = False
    links_accounts: bool = True
    links_administrators: bool = False
    asks_second_factor: bool = False
