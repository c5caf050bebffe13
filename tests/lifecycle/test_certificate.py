# SPDX-License-Identifier: Apache-2.0
"""The certificate says what went, by whom, and where the ledger proves it."""

from hashlib import sha256

from longwatch.access.context import acting_as
from longwatch.lifecycle import selectors
from longwatch.lifecycle.certificate import certificate_pdf, facts, lines, proof_words
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.services.disposing import approve, propose
from longwatch.lifecycle.services.erasing import carry_out
from tests.lifecycle.closed import LETTER, a_closed_case
from tests.personas import Cast


def erased(cast: Cast) -> Disposal:
    """A closed case whose content went."""
    record = a_closed_case(cast)
    with acting_as(cast.privacy):
        row = propose(record.id, outcome="anonymise", basis="request", note="Asked", by=cast.privacy)
    with acting_as(cast.lead):
        approve(row.id, by=cast.lead)
    carry_out(row.id)
    with acting_as(cast.lead):
        return selectors.disposal(row.id)


class TestCertificate:
    def test_says_who_and_what(self, cast: Cast) -> None:
        row = erased(cast)
        with acting_as(cast.lead):
            told = dict(facts(row, "CASE-1"))
            assert ("Leo Lead" in told["Approved by"], "Pia Privacy" in told["Proposed by"]) == (True, True)
            assert told["Entry of the ledger"] == str(row.version)
            assert row.destroyed == [sha256(LETTER).hexdigest()]
            assert certificate_pdf(row, "").startswith(b"%PDF")
            assert ("People and things named", 1) in lines(row)

    def test_waits_for_the_seal(self, cast: Cast) -> None:
        row = erased(cast)
        with acting_as(cast.lead):
            assert "Not sealed yet" in proof_words(row)
