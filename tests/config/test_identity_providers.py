# SPDX-License-Identifier: Apache-2.0
"""The file that names the identity providers."""

from pathlib import Path

import pytest

from longwatch.config.identity_providers import allauth_settings, read
from longwatch.core.environment import SettingError

SHARED = 'id = "{id}"\nname = "Corp"\norganisation = "halden"\ndomains = ["Corp.test"]\n'
OIDC = (
    f'[[oidc]]\n{SHARED.format(id="corp")}issuer = "https://id.corp.test"\nclient_id = "lw"\n'
    '[oidc.roles]\nsoc = "analyst"\n'
)
SAML = (
    f'[[saml]]\n{SHARED.format(id="adfs")}entity_id = "urn:idp"\nsso_url = "https://idp.test/sso"\n'
    'certificate = "MII"\n[saml.roles]\nsoc = ["analyst"]\n'
)


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


class TestRead:
    """read"""

    def test_finds_none_without_a_file(self) -> None:
        assert read("") == {}

    def test_finds_several_of_both_kinds(self, tmp_path: Path) -> None:
        found = read(written(tmp_path, OIDC + SAML))
        assert {name: each.kind for name, each in found.items()} == {"corp": "oidc", "adfs": "saml"}
        assert found["corp"].provider.domains == {"corp.test"}
        assert found["corp"].provider.roles == {"soc": ("analyst",)}

    @pytest.mark.parametrize(
        "broken",
        [
            OIDC.replace("client_id", "clientid"),
            OIDC.replace('domains = ["Corp.test"]', "domains = []"),
            OIDC.replace('"analyst"', '"analist"'),
            OIDC + SAML.replace("adfs", "corp"),
            "[[oidc]",
        ],
    )
    def test_refuses_what_is_incomplete_or_unknown(self, tmp_path: Path, broken: str) -> None:
        with pytest.raises(SettingError):
            read(written(tmp_path, broken))

    def test_refuses_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SettingError):
            read(str(tmp_path / "none.toml"))


class TestAllauthSettings:
    """allauth_settings"""

    def test_refuses_a_secret_that_cannot_be_read(self, tmp_path: Path) -> None:
        told = OIDC.replace("[oidc.roles]", f'client_secret_file = "{tmp_path / "missing"}"\n[oidc.roles]')
        with pytest.raises(SettingError, match="client_secret_file can be read"):
            allauth_settings(read(written(tmp_path, told)))

    def test_takes_signed_assertions_only_that_were_asked_for(self, tmp_path: Path) -> None:
        (app,) = allauth_settings(read(written(tmp_path, SAML)))["saml"]["APPS"]
        strict = app["settings"]["advanced"]
        assert strict["strict"]
        assert strict["want_assertion_signed"]
        assert strict["reject_idp_initiated_sso"]
        assert strict["reject_deprecated_algorithm"]

    def test_reads_a_secret_from_a_file_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("hush\n", encoding="utf-8")
        told = OIDC.replace("client_id", f'client_secret_file = "{tmp_path / "secret"}"\nclient_id')
        (app,) = allauth_settings(read(written(tmp_path, told)))["openid_connect"]["APPS"]
        assert app["secret"] == "hush"
