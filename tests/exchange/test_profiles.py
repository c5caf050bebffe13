# SPDX-License-Identifier: Apache-2.0
"""Bundles for every audience, of cases and incidents, with a time-stamp: a stranger and the command find them whole."""

from pathlib import Path

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.entities.models import Mention
from longwatch.exchange.archive import opened
from longwatch.exchange.audiences import Audience
from longwatch.exchange.models import Export
from longwatch.exchange.verification import Finding, Trust, Verdict, verify
from longwatch.records.reference import RecordRef
from tests.exchange.material import a_full_case, a_full_incident, bundle_of, plain, ref
from tests.exchange.unpacking import changed, follow, instructions, resealed
from tests.ledger.anchors.authority import make_authority, stamping
from tests.personas import Cast, make_cast

RECORDS = ("case", "incident")


def found(file: Path, trust: Trust | None = None) -> list[Finding]:
    with opened(file) as archive:
        return verify(archive, trust or Trust())


def said(file: Path, verdict: Verdict, trust: Trust | None = None) -> str:
    """The sentences of one verdict."""
    return "\n".join(each.sentence for each in found(file, trust) if each.verdict is verdict)


def made(record: RecordRef, cast: Cast, audience: str) -> Export:
    with acting_as(cast.investigator):
        about = Mention.objects.filter(record_id=record.id, value="Jonas Weber").values_list("id", flat=True).first()
    return bundle_of(record, cast, audience, about_id=about if audience == Audience.SUBJECT else None)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An authority that is configured, with its certificates."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    monkeypatch.setenv("LONGWATCH_ANCHOR_TSA_CA", str(make_authority(folder) / "ca.pem"))
    return folder


class TestBundle:
    @pytest.mark.parametrize("kind", RECORDS)
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_of_every_audience_is_whole_for_the_command_and_for_a_stranger(
        self, committed_db: Address, tmp_path: Path, kind: str
    ) -> None:
        cast = make_cast()
        record = ref(a_full_case(cast), cast) if kind == "case" else a_full_incident(cast)
        for audience in Audience:
            row = made(record, cast, audience)
            assert row.failure == ""
            assert said(plain(row), Verdict.BAD) == "", audience
            assert "entries are in the ledger of" in said(plain(row), Verdict.GOOD)
            done = follow(plain(row), tmp_path / f"{kind}-{audience}", instructions(plain(row)))
            assert done.returncode == 0, f"{audience}: {done.stdout}{done.stderr}"


class TestTimeStamp:
    def test_goes_along_and_holds_for_the_command_and_for_a_stranger(
        self, committed_db: Address, tmp_path: Path, authority: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = make_cast()
        with stamping(authority) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_TSA", url)
            file = plain(made(ref(a_full_case(cast), cast), cast, "internal"))
        assert "The time-stamp is good" in said(file, Verdict.GOOD)
        assert "taken from the bundle itself. Get them from the authority" in said(file, Verdict.NOTE)
        steps = [block for block in instructions(file) if "unzip" in block or "openssl ts" in block]
        done = follow(file, tmp_path / "stranger", steps)
        assert (done.returncode, "Verification: OK" in done.stdout) == (0, True), done.stderr
        known = Trust(authorities=authority / "ca.pem")
        assert "authority" not in said(file, Verdict.NOTE, known)
        (tmp_path / "other").mkdir()
        stranger = Trust(authorities=make_authority(tmp_path / "other") / "ca.pem")
        assert "does not lead to the certificates" in said(file, Verdict.BAD, stranger)

    def test_of_another_checkpoint_is_found(
        self, committed_db: Address, tmp_path: Path, authority: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = make_cast()
        case = a_full_case(cast)
        with stamping(authority) as url:
            monkeypatch.setenv("LONGWATCH_ANCHOR_TSA", url)
            first, second = (plain(made(ref(case, cast), cast, "internal")) for _ in range(2))
        with opened(first) as archive:
            stamp = archive.content("longwatch/checkpoint.tsr")

        def exchange(bag: Path) -> None:
            (bag / "longwatch/checkpoint.tsr").write_bytes(stamp)
            resealed(bag)

        forged = changed(second, tmp_path / "forged.zip", exchange)
        assert "not one of the checkpoint in the bundle" in said(forged, Verdict.BAD)
        steps = [block for block in instructions(forged) if "unzip" in block or "openssl ts" in block]
        assert follow(forged, tmp_path / "stranger", steps).returncode != 0

    def test_is_left_out_when_the_authority_does_not_answer(
        self, committed_db: Address, authority: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = make_cast()
        monkeypatch.setenv("LONGWATCH_ANCHOR_TSA", "http://127.0.0.1:9")
        file = plain(made(ref(a_full_case(cast), cast), cast, "internal"))
        with opened(file) as archive:
            assert not archive.has("longwatch/checkpoint.tsr")
        assert said(file, Verdict.BAD) == ""
