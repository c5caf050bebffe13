# SPDX-License-Identifier: Apache-2.0
"""The certificate of a disposal: what went, when, by whom, how; and where the ledger proves it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from longwatch.core.deferred import deferred
from longwatch.ledger.proofs import inclusion, latest_checkpoint
from longwatch.lifecycle.models import Disposal
from longwatch.lifecycle.selectors import PLACES
from longwatch.web.moments import absolute_words

if TYPE_CHECKING:
    import typst
else:
    typst = deferred("typst")

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"


def facts(row: Disposal, reference: str) -> list[tuple[str, str]]:
    """The certificate's lines."""
    return [
        (_("Record"), reference or _("%(kind)s, closed to you") % {"kind": row.get_record_kind_display()}),
        (_("What was done"), str(row.get_outcome_display())),
        (_("Ground"), str(row.get_basis_display())),
        (_("Proposed by"), f"{row.proposed_by.name}, {absolute_words(row.proposed_at)}"),
        (_("Approved by"), _approved(row)),
        *([(_("Carried out by"), row.taken_up_by.name)] if row.taken_up_by else []),
        (_("Finished"), absolute_words(row.finished_at) if row.finished_at else ""),
        (_("Method"), _method(row)),
        (_("Certificate number"), str(row.id)),
        (_("Entry of the ledger"), str(row.version)),
        (_("Proof"), proof_words(row)),
    ]  # fmt: skip


def _title(row: Disposal) -> str:
    return _("Certificate of erasure") if row.is_of_one_person else _("Certificate of disposal")


def _method(row: Disposal) -> str:
    if row.is_of_one_person:
        return _("Words struck in place, mentions blanked; what opens older entries of the ledger about it erased")
    return _("Texts and names overwritten in place; keys of files destroyed, so that no copy can be read; what opens "
             "older entries of the ledger erased")  # fmt: skip


def _approved(row: Disposal) -> str:
    if row.decided_by is None or row.decided_at is None:
        return ""
    return f"{row.decided_by.name}, {absolute_words(row.decided_at)}"


def proof_words(row: Disposal) -> str:
    """Where the certifying entry stands in the sealed tree, once it is sealed."""
    checkpoint = latest_checkpoint()
    found = inclusion([row.version], checkpoint.size) if checkpoint else []
    if not found or checkpoint is None:
        return _("Not sealed yet; a few seconds after it was finished it is.")
    words = _("Leaf %(index)s of %(size)s, root %(root)s")
    return words % {"index": found[0].index, "size": checkpoint.size, "root": checkpoint.root.hex()}


def lines(row: Disposal) -> list[tuple[str, int]]:
    """What went, place by place."""
    known = {**PLACES, "ledger_detail": _("Openings of older entries of the ledger")}
    return [(str(known.get(place, place)), amount) for place, amount in row.counts.items()]


def certificate_pdf(row: Disposal, reference: str) -> bytes:
    """The certificate as PDF/A; the record's words reach it as data only, never as markup."""
    data: dict[str, Any] = {
        "language": (get_language() or "en").split("-")[0], "title": _title(row),
        "facts": facts(row, reference), "went": _("What went"), "lines": [[name, str(n)] for name, n in lines(row)],
        "hashes_title": _("SHA-256 of the files that were destroyed"), "hashes": list(row.destroyed),
        "none": _("No files."),
    }  # fmt: skip
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"])
    assert isinstance(pdf, bytes)
    return pdf
