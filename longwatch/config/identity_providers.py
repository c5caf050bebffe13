# SPDX-License-Identifier: Apache-2.0
"""Reads the file that names the identity providers, and says what allauth needs to know of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longwatch.access.roles import Role
from longwatch.access.single_sign_on_provider import Provider
from longwatch.core.environment import IDENTITY_PROVIDERS, SettingError

SAML_PROVIDER = "longwatch.config.saml.FreshSAMLProvider"
NEEDED = {
    "oidc": ("id", "name", "organisation", "domains", "roles", "issuer", "client_id"),
    "saml": ("id", "name", "organisation", "domains", "roles", "entity_id", "sso_url"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One provider: what it is trusted with, and how it is reached."""

    kind: str
    provider: Provider
    table: Mapping[str, Any]

    @property
    def groups_claim(self) -> str:
        """The claim or attribute that holds the groups."""
        return str(self.table.get("groups_claim", "groups"))


def read(path: str) -> dict[str, Settings]:
    """The providers of a file by their name in addresses; none without a file. Refuses a file that is incomplete."""
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingError(IDENTITY_PROVIDERS.name, f"a readable TOML file ({error})") from error
    found = [_settings(kind, table) for kind in NEEDED for table in tables.get(kind, [])]
    if len({each.provider.id for each in found}) < len(found):
        raise SettingError(IDENTITY_PROVIDERS.name, "a file in which each provider has an id of its own")
    return {each.provider.id: each for each in found}


def allauth_settings(found: Mapping[str, Settings]) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS."""
    oidc = [_oidc(each.table) for each in found.values() if each.kind == "oidc"]
    saml = [_saml(each.table) for each in found.values() if each.kind == "saml"]
    return {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": oidc},
        "saml": {"APPS": saml, "provider_class": SAML_PROVIDER},
    }


def _settings(kind: str, table: Mapping[str, Any]) -> Settings:
    missing = [name for name in NEEDED[kind] if not table.get(name)]
    if missing:
        raise SettingError(IDENTITY_PROVIDERS.name, f"a file in which each {kind} provider says its {missing[0]}")
    roles = {group: tuple([given] if isinstance(given, str) else given) for group, given in table["roles"].items()}
    unknown = sorted({role for given in roles.values() for role in given} - set(Role))
    if unknown:
        raise SettingError(IDENTITY_PROVIDERS.name, f"a file that maps groups to known roles; {unknown[0]} is none")
    return Settings(kind, _provider(table, roles), table)


def _provider(table: Mapping[str, Any], roles: Mapping[str, tuple[str, ...]]) -> Provider:
    return Provider(
        id=table["id"], name=table["name"], organisation=table["organisation"],
        domains=frozenset(each.lower() for each in table["domains"]), roles=roles,
        creates_accounts=bool(table.get("creates_accounts", False)),
        links_accounts=bool(table.get("links_accounts", True)),
        links_administrators=bool(table.get("links_administrators", False)),
        asks_second_factor=bool(table.get("asks_second_factor", False)),
    )  # fmt: skip


def _oidc(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": table["id"], "name": table["name"], "client_id": table["client_id"],
        "secret": _secret(table),
        "settings": {"server_url": table["issuer"], "scope": table.get("scopes", ["openid", "profile", "email"])},
    }  # fmt: skip


def _saml(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": table["id"], "name": table["name"], "client_id": table["id"],
        "settings": {
            "idp": {
                "entity_id": table["entity_id"], "sso_url": table["sso_url"],
                "x509cert": _text(table, "certificate"),
            },
            "attribute_mapping": {
                "uid": table.get("uid_attribute", "urn:oasis:names:tc:SAML:attribute:subject-id"),
                "email": table.get("email_attribute", "email"),
                "name": table.get("name_attribute", "name"),
            },
            # Nothing unsigned, nothing that was not asked for, no weak hashes.
            "advanced": {
                "strict": True, "want_assertion_signed": True, "reject_deprecated_algorithm": True,
                "reject_idp_initiated_sso": True, "want_name_id": True, "allow_repeat_attribute_name": True,
                # Hosts inside an organisation often have no dot.
                "allow_single_label_domains": True,
            },
        },
    }  # fmt: skip


def _secret(table: Mapping[str, Any]) -> str:
    return _text(table, "client_secret")


def _text(table: Mapping[str, Any], name: str) -> str:
    """A value, or what the file holds that is named instead of it."""
    if f"{name}_file" in table:
        try:
            return Path(table[f"{name}_file"]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(IDENTITY_PROVIDERS.name, f"a file whose {name}_file can be read ({error})") from error
    return str(table.get(name, ""))


def files(path: str) -> list[Path]:
    """The file that names the providers, and those it says hold secrets; none without a file."""
    secrets = [each.table.get("client_secret_file") for each in read(path).values()]
    return [Path(each) for each in [path, *secrets] if each]
