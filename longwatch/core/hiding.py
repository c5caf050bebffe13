# SPDX-License-Identifier: Apache-2.0
"""Text that must not be read in the database, such as the secret of an authenticator app."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from longwatch.core.environment import current


def hide(text: str, purpose: str) -> str:
    """Encrypt a text with a key that follows from the secret key, for one purpose only."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def reveal(hidden: str, purpose: str) -> str | None:
    """The text that was hidden for this purpose; nothing when it was altered, or hidden under another secret key."""
    try:
        return _cipher(purpose).decrypt(hidden.encode()).decode()
    except InvalidToken:
        return None


def _cipher(purpose: str) -> Fernet:
    key = hmac.digest(current().secret_key.encode(), f"longwatch hides: {purpose}".encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
