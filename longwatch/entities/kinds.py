# SPDX-License-Identifier: Apache-2.0
"""The kinds of entities, the parts they can have, and how a value becomes a comparable key."""

import ipaddress
import re
import unicodedata

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntityKind(models.TextChoices):
    """What an entity is."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    LOCATION = "location", _("Location")
    VEHICLE = "vehicle", _("Vehicle")
    ASSET = "asset", _("Asset")
    HOST = "host", _("Host")
    ACCOUNT = "account", _("Account")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")
    IP = "ip", _("IP address")
    DOMAIN = "domain", _("Domain")
    URL = "url", _("URL")
    FILE_HASH = "file_hash", _("File hash")
    OTHER = "other", _("Other")


class Part(models.TextChoices):
    """What part an entity has in a record."""

    SUBJECT = "subject", _("Subject")
    REPORTER = "reporter", _("Reporter")
    WITNESS = "witness", _("Witness")
    AFFECTED = "affected", _("Affected")
    RESPONDENT = "respondent", _("Respondent")
    SCENE = "scene", _("Scene")
    INDICATOR = "indicator", _("Indicator")
    INVOLVED = "involved", _("Involved")


LONGEST_VALUE = 500
_NETWORK = frozenset({EntityKind.EMAIL, EntityKind.IP, EntityKind.DOMAIN, EntityKind.HOST, EntityKind.URL})
# How people write an address so that nobody clicks on it.
_DEFANGED = (("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[@]", "@"), ("[at]", "@"), ("hxxp", "http"))
_SPACES = re.compile(r"\s+")


def entity_key(kind: str, value: str) -> str:
    """The comparable form of an entity: kind, colon, normalised value.

    Two spellings of one thing give one key: case, spacing, Unicode form (NFKC), IP notation, phone punctuation and
    defanged addresses.
    """
    text = _SPACES.sub(" ", unicodedata.normalize("NFKC", value)).strip().casefold()[:LONGEST_VALUE]
    if kind in _NETWORK and ("[" in text or "(" in text or text.startswith("hxxp")):
        text = refanged(text)
    if kind == EntityKind.IP:
        text = _ip(text)
    elif kind == EntityKind.PHONE:
        text = re.sub(r"[^\d+]", "", text) or text
    elif kind in (EntityKind.DOMAIN, EntityKind.HOST):
        text = text.rstrip(".")
    return f"{kind}:{text}"


def refanged(text: str) -> str:
    """An address as it is, however it was written so that nobody clicks on it."""
    for written, meant in _DEFANGED:
        text = text.replace(written, meant)
    return text


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text
