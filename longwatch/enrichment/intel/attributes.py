# SPDX-License-Identifier: Apache-2.0
"""Attribute types of MISP and what they are here."""

from collections.abc import Iterable, Iterator

from longwatch.entities.kinds import EntityKind

_HASHES = (
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512/224", "sha512/256", "imphash", "ssdeep", "tlsh",
    "authentihash", "vhash", "x509-fingerprint-md5", "x509-fingerprint-sha1", "x509-fingerprint-sha256",
)  # fmt: skip
KINDS: dict[str, EntityKind] = {
    "ip": EntityKind.IP, "ip-src": EntityKind.IP, "ip-dst": EntityKind.IP,
    "hostname": EntityKind.HOST, "domain": EntityKind.DOMAIN,
    "url": EntityKind.URL, "uri": EntityKind.URL, "link": EntityKind.URL,
    "email": EntityKind.EMAIL, "email-src": EntityKind.EMAIL, "email-dst": EntityKind.EMAIL,
    "target-email": EntityKind.EMAIL, "whois-registrant-email": EntityKind.EMAIL, "dns-soa-email": EntityKind.EMAIL,
    "phone-number": EntityKind.PHONE, "whois-registrant-phone": EntityKind.PHONE,
    **dict.fromkeys(_HASHES, EntityKind.FILE_HASH),
}  # fmt: skip
# Names of hosts and domains are one space: senders call one thing by either word.
_ALIKE = {
    EntityKind.HOST: (EntityKind.HOST, EntityKind.DOMAIN),
    EntityKind.DOMAIN: (EntityKind.HOST, EntityKind.DOMAIN),
}


def kinds_of(attributes: Iterable[object]) -> list[str]:
    """The kinds of entities that a list for these attribute types is compared with."""
    found: set[str] = set()
    for attribute in attributes:
        for word in str(attribute).split("|"):
            kind = KINDS.get(word)
            found.update(_ALIKE.get(kind, (kind,)) if kind else ())
    return sorted(str(kind) for kind in found)


def parts(attribute: str, value: str) -> Iterator[tuple[EntityKind, str]]:
    """The things that one attribute names: `filename|sha256` holds two words, of which the hash is one of ours."""
    words, values = attribute.split("|"), value.split("|")
    if len(words) != len(values):
        words, values = words[:1], [value]
    for word, each in zip(words, values, strict=True):
        if word in KINDS and each.strip():
            yield KINDS[word], each.strip()
