# SPDX-License-Identifier: Apache-2.0
"""The short way for machines that send signals: beside Django in the same process, without it.

One process answers; rate limits and the token cache live in it.
"""

from longwatch.intake.fast.serving import app

__all__ = ["app"]
