# SPDX-License-Identifier: Apache-2.0
"""What a restart of the server takes away, without restarting it."""

from longwatch.evidence.services import uploading


def forget_hashes() -> None:
    """The running hashes of uploads are only a shortcut, which a new process does not have."""
    vars(uploading)["_memory"].kept.clear()
