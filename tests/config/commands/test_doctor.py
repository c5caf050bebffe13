# SPDX-License-Identifier: Apache-2.0
import re
from pathlib import Path

import pytest

from longwatch.config.cli import main
from longwatch.config.commands.doctor import _configuration, _traces
from longwatch.core.environment import SETTINGS, Environment
from longwatch.core.postgres.address import Address
from tests.personas import make_cast

PACKAGE = Path(__file__).resolve().parents[3] / "longwatch"


class TestSettings:
    def test_lists_every_setting_with_its_meaning(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["doctor", "--settings"]) == 0
        said = capsys.readouterr().out
        assert all(f"{setting.name}=" in said and setting.help in said for setting in SETTINGS)

    def test_shows_no_secret(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_SECRET_KEY", "very-secret-key")
        main(["doctor", "--settings"])
        said = capsys.readouterr().out
        assert "very-secret-key" not in said
        assert "LONGWATCH_SECRET_KEY=(set)" in said

    def test_no_variable_is_read_that_is_not_in_the_table(self) -> None:
        named = {setting.name for setting in SETTINGS}
        used = {
            name for file in PACKAGE.rglob("*.py") for name in re.findall(r'"(LONGWATCH_[A-Z_]+)"', file.read_text())
        }
        assert used <= named


class TestTraces:
    def findings(self, **variables: str) -> list[tuple[bool | None, str]]:
        return [(each.ok, each.sentence) for each in _traces(Environment(variables))]

    def test_none_leave_unless_a_collector_is_named(self) -> None:
        assert self.findings() == [(True, "No traces leave this machine")]

    def test_says_where_they_go_and_whether_that_is_encrypted(self) -> None:
        found = self.findings(LONGWATCH_OTEL_ENDPOINT="http://me:secret@collector.test:4318")
        assert [ok for ok, _said in found] == [None, None]
        assert "http://collector.test:4318/v1/traces: 100.0% of pages and jobs, 1.0% of arriving" in found[0][1]
        assert "without encryption" in found[1][1]

    @pytest.mark.parametrize(
        ("name", "value"), [("LONGWATCH_OTEL_ENDPOINT", "collector:4318"), ("LONGWATCH_OTEL_SHARE", "50")]
    )
    def test_complains_of_what_is_unusable(self, name: str, value: str) -> None:
        ((ok, said),) = self.findings(**{name: value})
        assert ok is False
        assert name in said


class TestMail:
    def said(self, folder: Path, **variables: str) -> str:
        environment = Environment({"LONGWATCH_DATA": str(folder), **variables})
        return "\n".join(each.sentence for each in _configuration(environment))

    def test_is_kept_in_the_folder_of_the_demo_where_there_is_one(self, tmp_path: Path) -> None:
        (tmp_path / "mail").mkdir()
        assert f"mail is not sent, but kept in {tmp_path / 'mail'}" in self.said(tmp_path)

    def test_is_written_to_the_log_where_there_is_none(self, tmp_path: Path) -> None:
        assert "mail is not sent, but written to the log (LONGWATCH_EMAIL_URL)" in self.said(tmp_path)

    def test_is_not_mentioned_when_a_server_takes_it(self, tmp_path: Path) -> None:
        assert "mail is" not in self.said(tmp_path, LONGWATCH_EMAIL_URL="smtp://mail.test")


PROVIDER = """
[[oidc]]
id = "corp"
name = "Corp"
organisation = "nobody-here"
domains = ["corp.test"]
issuer = "https://id.corp.test"
client_id = "lw"
client_secret_file = "{secret}"
[oidc.roles]
soc = "analyst"
"""


class TestIdentityProviders:
    """A file as docs/signing-in.md shows it, with the mistakes people make."""

    @pytest.fixture
    def told(
        self, tmp_path: Path, committed_db: Address, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> str:
        slug = make_cast().organisation.slug
        file, secret = tmp_path / "providers.toml", tmp_path / "secret"
        secret.write_text("s", encoding="utf-8")
        secret.chmod(0o644)
        file.write_text(PROVIDER.format(secret=secret), encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("DATABASE_URL", committed_db.admin_conninfo(committed_db.database))
        monkeypatch.setenv("LONGWATCH_IDENTITY_PROVIDERS", str(file))
        assert main(["doctor"]) == 1
        return capsys.readouterr().out.replace(slug, "SLUG").replace(str(tmp_path), "")

    def test_are_named_with_an_organisation_that_is_not_here(self, told: str) -> None:
        assert "bad   Identity provider corp: no organisation has the short name nobody-here." in told
        assert "ok    Organisation Halden Works, short name SLUG" in told

    def test_are_named_with_a_secret_that_others_can_read(self, told: str) -> None:
        assert "bad   /secret can be read by others on this machine: chmod 600 it." in told
        assert "providers.toml can be read" not in told

    def test_are_named_with_a_secret_that_is_missing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "providers.toml"
        file.write_text(PROVIDER.format(secret=tmp_path / "missing"), encoding="utf-8")
        monkeypatch.setenv("LONGWATCH_IDENTITY_PROVIDERS", str(file))
        assert main(["doctor"]) == 1
        assert "client_secret_file can be read" in capsys.readouterr().out
