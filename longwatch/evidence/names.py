# SPDX-License-Identifier: Apache-2.0
"""Names of files: what a sender calls them, without what could mislead a reader or a file system."""

import re
import unicodedata

LONGEST_NAME = 200
# Control, format (such as the right-to-left override that hides an extension), unassigned and private characters.
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs")
_SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """The last part of a path, without invisible characters, at most 200 long with its extension kept."""
    return visible_name(name.replace("\\", "/").rsplit("/", 1)[-1])


def visible_name(name: str) -> str:
    """A name that is no path, without invisible characters, at most 200 long."""
    # A line break separates words too; everything else invisible simply goes.
    visible = "".join(c for c in _SPACES.sub(" ", name) if unicodedata.category(c) not in _INVISIBLE)
    tidy = unicodedata.normalize("NFC", visible).strip(" .")
    return _shortened(tidy) or "file"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
