# SPDX-License-Identifier: Apache-2.0
"""How Longwatch signs in at a sender."""

import base64
from collections.abc import Mapping

HIDDEN = "••••••"


def signed(headers: Mapping[str, str], scheme: str, user: str, secret: str) -> dict[str, str]:
    """The headers with what signs in."""
    if scheme == "bearer":
        return dict(headers) | {"Authorization": f"Bearer {secret}"}
    if scheme == "basic":
        return dict(headers) | {"Authorization": f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"}
    return dict(headers) | ({user: secret} if scheme == "header" else {})


def shown(headers: Mapping[str, str], scheme: str, user: str) -> dict[str, str]:
    """The headers as people may see them: that something signs in, not with what."""
    names = {"bearer": ("Authorization", f"Bearer {HIDDEN}"), "basic": ("Authorization", f"Basic {user}:{HIDDEN}")}
    if scheme == "header":
        return dict(headers) | {user: HIDDEN}
    return dict(headers) | (dict([names[scheme]]) if scheme in names else {})
