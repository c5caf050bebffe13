# SPDX-License-Identifier: Apache-2.0
"""A custody report as PDF, set by typst. What people wrote reaches it as data only, never as markup."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from longwatch.core import clock
from longwatch.core.deferred import deferred
from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.evidence.names import clean_name
from longwatch.evidence.services.reporting import Chain, Report
from longwatch.evidence.store import Check
from longwatch.evidence.templatetags.evidence import file_word
from longwatch.ledger.proofs import latest_checkpoint
from longwatch.web.moments import absolute_words, day_words
from longwatch.web.sizes import size_words

if TYPE_CHECKING:
    import typst
else:
    typst = deferred("typst")

TEMPLATE = Path(__file__).parent / "typst" / "custody.typ"
Line = tuple[str, str]


def custody_pdf(report: Report, *, viewer: str) -> bytes:
    """The report as PDF."""
    data = json.dumps(report_data(report, viewer), ensure_ascii=False)
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"data": data})
    pdf = compiler.compile(format="pdf")
    # One file, because the pages are not split.
    assert isinstance(pdf, bytes)
    return pdf


def custody_answer(report: Report, *, viewer: str) -> HttpResponse:
    """The report as a file that leaves."""
    marks = f"-{report.chains[0].exhibit.mark}" if len(report.chains) == 1 else ""
    name = clean_name(f"custody-{report.record.reference or report.record.kind}{marks}.pdf")
    response = HttpResponse(custody_pdf(report, viewer=viewer), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def report_data(report: Report, viewer: str) -> dict[str, Any]:
    """All that the template shows, as strings."""
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": _("Custody report"),
        "page": _("Page %(page)s of %(pages)s"),
        "facts": _facts(report, viewer),
        "columns": [_("When"), _("What"), _("Who"), _("Entry")],
        "exhibits": [_exhibit(chain) for chain in report.chains],
    }


def _facts(report: Report, viewer: str) -> list[Line]:
    checkpoint = latest_checkpoint()
    sealed = _("%(size)s entries, root %(root)s") % {"size": checkpoint.size, "root": checkpoint.root.hex()} \
        if checkpoint else _("not sealed yet")  # fmt: skip
    lines = [
        (_("Record"), f"{report.record.reference} {report.record.title}".strip()),
        (_("Exhibits"), ", ".join(chain.exhibit.mark for chain in report.chains)),
        (_("Made for"), viewer),
        (_("Reason"), report.reason),
        (_("Made at"), absolute_words(clock.now())),
        (_("Times"), timezone.get_current_timezone_name()),
        (_("Sealed ledger"), sealed),
    ]
    if report.left_out:
        words = ngettext("%(n)s exhibit that is privileged or tells who reported",
                         "%(n)s exhibits that are privileged or tell who reported", report.left_out)  # fmt: skip
        lines.append((_("Left out"), words % {"n": report.left_out}))
    return lines


def _exhibit(chain: Chain) -> dict[str, Any]:
    row = chain.exhibit
    heading = _("Exhibit %(number)s: %(name)s") % {"number": row.mark, "name": row.name}
    return {"heading": heading, "facts": list(_exhibit_facts(chain)), "links": [_link(each) for each in chain.links]}


def _exhibit_facts(chain: Chain) -> Iterator[Line]:
    row, holding = chain.exhibit, chain.holding
    if row.is_physical:
        yield _("Kind"), _("a thing, not a file")
    else:
        yield _("Kind"), f"{file_word(row.content_type)}, {size_words(row.size)}"
        yield "SHA-256", row.sha256
    if row.note:
        yield _("Note"), row.note
    received = _when(row.received_at, only_day=row.only_day_known)
    yield _("Received"), _("by %(name)s, %(when)s") % {"name": row.received_label, "when": received}
    yield from _acquired(row)
    yield _("In the hands of"), f"{holding.holder}, {holding.place}".strip(", ")
    if holding.offer is not None:
        offered = {"receiver": holding.offer.to_label, "name": holding.offer.actor_label}
        words = _("by %(receiver)s, offered by %(name)s") % offered
        yield _("Waiting for receipt"), f"{words}, {absolute_words(holding.offer.at)}"
    yield _("Seal"), holding.seal or _("none")
    if holding.held:
        yield _("Legal hold"), _("it must not be disposed of")
    if chain.check is not None:
        found = _("intact") if chain.check.found == Check.INTACT else _("damaged")
        yield _("Last check"), f"{found}, {absolute_words(chain.check.checked_at)}"
    if row.withdrawn_at is not None:
        withdrawn = {"name": row.withdrawn_label, "reason": row.withdrawal_reason}
        yield _("Withdrawn"), _("by %(name)s: %(reason)s") % withdrawn


def _acquired(row: Exhibit) -> Iterator[Line]:
    if row.acquired_by:
        when = f", {absolute_words(row.acquired_at)}" if row.acquired_at else ""
        yield _("Taken by"), f"{row.acquired_by}{when}"
    words = ((_("Taken at"), row.acquired_where), (_("How"), row.acquired_how), (_("With"), row.acquired_tool))
    yield from ((name, value) for name, value in words if value)


def _link(link: CustodyEvent) -> list[str]:
    hands = _("from %(giver)s to %(receiver)s") % {"giver": link.from_label, "receiver": link.to_label}
    said = (
        hands if link.to_label else "",
        link.seal,
        _("place: %(place)s") % {"place": link.place} if link.place else "",
        _("condition: %(condition)s") % {"condition": link.condition} if link.condition else "",
        link.reason,
    )
    what = "; ".join(word for word in said if word)
    kind = str(link.get_kind_display())
    when = _when(link.at, only_day=link.only_day_known)
    return [when, f"{kind}: {what}" if what else kind, link.actor_label, str(link.version)]


def _when(moment: datetime, *, only_day: bool) -> str:
    return day_words(moment) if only_day else absolute_words(moment)
