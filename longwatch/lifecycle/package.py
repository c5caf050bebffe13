# SPDX-License-Identifier: Apache-2.0
"""What a data subject gets to read: the disclosed passages, what was withheld and on which ground, as JSON and PDF."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from longwatch.core.deferred import deferred
from longwatch.lifecycle.models import FindingChoice, SubjectFinding, SubjectRequest

if TYPE_CHECKING:
    import typst
else:
    typst = deferred("typst")

TEMPLATE = Path(__file__).parent / "typst" / "package.typ"


def contents(row: SubjectRequest, found: Iterable[SubjectFinding]) -> dict[str, Any]:
    """The package: no reference, name or number of any record leaves with it, and no note of those who decided."""
    decided = [each for each in found if each.decided_at]
    return {
        "person": row.person, "asked_for": str(row.get_kind_display()), "received_on": row.received_on.isoformat(),
        "answer": str(row.get_answer_display()) if row.answer else "", "answer_note": row.answer_note,
        "extension": row.extension_reason,
        "items": [_item(number, each) for number, each in enumerate(decided, 1)],
        "rights": _("You can complain to a supervisory authority, and go to court (GDPR art. 77, 79)."),
    }  # fmt: skip


def package_json(row: SubjectRequest, found: Iterable[SubjectFinding]) -> bytes:
    """For machines (GDPR art. 15(3): a commonly used electronic form)."""
    return json.dumps(contents(row, found), ensure_ascii=False, indent=2).encode()


def package_pdf(row: SubjectRequest, found: Iterable[SubjectFinding]) -> bytes:
    """For people, as PDF/A; all words reach it as data only, never as markup."""
    said = contents(row, found)
    data = {
        "language": (get_language() or "en").split("-")[0], "title": _("What is recorded about you"),
        "facts": [
            (_("Person"), said["person"]), (_("Asked for"), said["asked_for"]), (_("Received"), said["received_on"]),
            (_("Answer"), " ".join(filter(None, [said["answer"], said["answer_note"]]))),
        ],
        "items": said["items"], "nothing": _("Nothing that may be disclosed is recorded."), "rights": said["rights"],
    }  # fmt: skip
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"])
    assert isinstance(pdf, bytes)
    return pdf


def _item(number: int, row: SubjectFinding) -> dict[str, Any]:
    return {
        "number": number, "what": _sort(row.record_kind), "decision": str(row.get_choice_display()),
        "ground": str(row.get_ground_display()) if row.choice == FindingChoice.WITHHOLD else "", "text": row.extract,
    }  # fmt: skip


def _sort(kind: str) -> str:
    words = {"case": _("A case"), "incident": _("An incident"), "signal": _("A report or alert")}
    return words.get(kind, _("An account of this system"))
