# SPDX-License-Identifier: Apache-2.0
"""`longwatch import`"""

import argparse
from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.config.cli import parser
from longwatch.config.commands.import_files import run
from longwatch.core.errors import Invalid, NotFound
from longwatch.intake.models import Signal, Source
from longwatch.ledger.models import LedgerEntry
from tests.intake.cast_signals import make_source
from tests.personas import Cast


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "alerts.ndjson"
    file.write_bytes(b'{"title": "One"}\n{"title": "Two"}\n{oops}\n')
    return file


def words(*more: object) -> argparse.Namespace:
    return parser().parse_args(["import", *map(str, more)])


class TestRun:
    """run"""

    def test_reads_files_and_says_what_came_of_it(
        self, cast: Cast, source: Source, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        email = cast.accounts["administrator"].email
        assert run(words(file, "--source", source.slug, "--as", email)) == 0
        told = capsys.readouterr()
        assert told.out == "2 records, 2 new signals, 1 record kept that could not be read\n"
        assert "alerts.ndjson: 2 records" in told.err
        with acting_as(cast.supervisor):
            assert Signal.objects.filter(source=source).count() == 2
        with acting_as(cast.auditor):
            entry = LedgerEntry.objects.filter(subject_id=source.id, action="signal.received").latest("id")
        assert (entry.actor_id, entry.via) == (cast.administrator.id, "command line")

    def test_refuses_a_file_that_is_not_there_before_it_reads_any(self, cast: Cast, source: Source, file: Path) -> None:
        email = cast.accounts["administrator"].email
        with pytest.raises(Invalid):
            run(words(file, file.with_name("missing"), "--source", source.slug, "--as", email))
        with acting_as(cast.supervisor):
            assert not Signal.objects.filter(source=source).exists()

    def test_refuses_a_source_of_another_organisation(self, cast: Cast, source: Source, file: Path) -> None:
        with pytest.raises(NotFound):
            run(words(file, "--source", source.slug, "--as", cast.accounts["outsider"].email))

    def test_asks_who_acts_when_there_are_several_organisations(self, cast: Cast, source: Source, file: Path) -> None:
        with pytest.raises(Invalid):
            run(words(file, "--source", source.slug))

    def test_knows_active_accounts_only(self, cast: Cast, source: Source, file: Path) -> None:
        with pytest.raises(NotFound):
            run(words(file, "--source", source.slug, "--as", "nobody@example.org"))

    def test_refuses_a_format_that_there_is_not_and_says_which_there_are(
        self, cast: Cast, source: Source, file: Path
    ) -> None:
        email = cast.accounts["administrator"].email
        with pytest.raises(Invalid) as refusal:
            run(words(file, "--source", source.slug, "--format", "suricata-ewe", "--as", email))
        told = refusal.value.fields["--format"]
        assert told.startswith("Did you mean suricata")
        assert ", syslog, " in told
        with acting_as(cast.supervisor):
            assert not Signal.objects.filter(source=source).exists()

    def test_reads_in_the_format_that_is_named(self, cast: Cast, source: Source, tmp_path: Path) -> None:
        file = tmp_path / "lines.txt"
        file.write_bytes(b"gate-1 door: forced open\n")
        assert run(words(file, "--source", source.slug, "--format", "syslog",
                         "--as", cast.accounts["administrator"].email)) == 0  # fmt: skip
        with acting_as(cast.supervisor):
            assert Signal.objects.get(source=source).format == "syslog"
