# SPDX-License-Identifier: Apache-2.0
"""The rows of the inbox. Fifty of them are most of the page, so they are one component and no template."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from longwatch.core import clock
from longwatch.intake.inbox import InboxFilter
from longwatch.intake.models import MessageAuthor, Signal, SignalKind, SignalStatus
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.quiet_rules import is_flapping
from longwatch.intake.quiet_selectors import rules_by_ids
from longwatch.intake.services.threads import Standing, standings
from longwatch.intake.triage_rules import entity_that_matters
from longwatch.web.templatetags.longwatch import day, icon, initials, severity, severity_class, status, when

# Where the answer goes is said once, on the list.
ROW = """<div class="row row-tall marked {mark}" data-row id="signal-{id}" data-version="{version}"{flags}>
  {box}<div class="row-main">
    <a class="row-title" data-row-open dir="auto" href="{page}" hx-get="{part}" hx-push-url="{address}">{title}</a>
    <div class="row-sub">{severity}{entity}{source}</div>
  </div>
  <div class="row-end inbox-end">{when}<span class="inbox-facts">{marks}{count}{state}</span></div>
</div>
"""
BOX = (
    '<input type="checkbox" class="row-select" data-select name="ids" value="{}" form="bulk" aria-label="{}">'
)  # fmt: skip
SOURCE = "<span>{}</span>"
ENTITY = '<span class="row-entity" dir="auto">{}</span>'
COUNT = '<span class="count" title="{}">&times;{}</span>'
PERSON = (
    '<span class="person" title="{0}"><span class="person-face" aria-hidden="true">{1}</span>'
    '<span class="visually-hidden">{0}</span></span>'
)  # fmt: skip
MARK = '<span title="{}">{}</span>'
TURN = '<span class="{}">{}</span>'
NOTHING = SafeString("")
NIL = UUID(int=0)
# For so long a row says that its severity rose, when nobody had judged it before.
LATELY = timedelta(days=1)


class RowWriter:
    """Writes rows of one list; what they share is worked out once. `query` says which list it is."""

    def __init__(self, wanted: InboxFilter, query: str, *, selectable: bool, oob: bool = False) -> None:
        self._wanted, self._selectable = wanted, selectable
        self._page, self._part = _around("intake:signal"), _around("intake:inbox-signal")
        self._more = f"?chosen=1{'&' if query else ''}{query}"
        self._address = f"{reverse('intake:inbox')}?{query}{'&' if query else ''}signal="
        self._standings: Mapping[UUID, Standing] = {}
        self._rules: Mapping[UUID, Suppression] = {}
        self._oob = mark_safe(' hx-swap-oob="true"') if oob else NOTHING
        self._looks = {value: (severity_class(value), severity(value)) for value in range(5)}
        self._select, self._times = _("Select %(title)s"), _("Arrived %(count)s times")

    def rows(self, signals: Sequence[Signal], at: str = "") -> SafeString:
        """Signals as the list shows them; `at` is the one that is open beside it."""
        told = [signal.id for signal in signals if signal.kind == SignalKind.REPORT]
        self._standings = standings(told) if told else {}
        if self._wanted.show == "quiet":
            self._rules = rules_by_ids({signal.suppression_id for signal in signals if signal.suppression_id})
        return SafeString("".join(self.row(signal, current=str(signal.id) == at) for signal in signals))

    def row(self, signal: Signal, *, current: bool = False) -> SafeString:
        """A signal as the list shows it, with the one entity that there is room for."""
        name, entity = str(signal.id), entity_that_matters(signal.entities)
        mark, look = self._looks[signal.severity]
        return format_html(
            ROW, mark=mark, id=name, version=signal.version,
            flags=self._oob + (mark_safe(" data-current") if current else NOTHING), box=self._box(name, signal.title),
            page=name.join(self._page), part=f"{name.join(self._part)}{self._more}", address=f"{self._address}{name}",
            title=signal.title, severity=look, entity=format_html(ENTITY, entity["value"]) if entity else NOTHING,
            # That a reporter writes says where it is from, too; there is room for one of the two.
            source=self._turn(signal) or format_html(SOURCE, signal.source.name), when=self._when(signal),
            marks=self._marks(signal), count=self._count(signal.count), state=self._state(signal),
        )  # fmt: skip

    def _box(self, name: str, title: str) -> SafeString:
        return format_html(BOX, name, self._select % {"title": title}) if self._selectable else NOTHING

    def _turn(self, signal: Signal) -> SafeString:
        """Whether the reporter wrote last, and whether one has read it; or a question waits for them."""
        standing = self._standings.get(signal.id)
        if standing is None:
            return NOTHING
        if standing.author == MessageAuthor.TEAM:
            return format_html(TURN, "muted", _("A question waits"))
        return format_html(TURN, "count" if standing.unread else "muted", _("The reporter wrote"))

    def _when(self, signal: Signal) -> SafeString:
        if self._wanted.show == "snoozed" and signal.snoozed_until:
            return icon("alarm-clock", size="small") + when(signal.snoozed_until)
        rule = self._rules.get(signal.suppression_id or NIL)
        if rule is not None and not rule.is_over:
            return format_html(MARK, rule.name, icon("bell", label=rule.name, size="small") + when(rule.expires_at))
        return day(signal.first_seen) if signal.only_day_known else when(signal.first_seen)

    def _marks(self, signal: Signal) -> SafeString:
        """What the sender did: changed its mind again and again, said that it is over, sent it more severe."""
        now, marks = clock.now(), []
        if is_flapping(signal.sender_changes, now):
            marks.append(("activity", _("Flapping")))
        elif signal.cleared_at:
            marks.append(("circle-check", _("The sender says that it is over")))
        if signal.raised_at and (signal.stirred_at or now - signal.raised_at < LATELY):
            marks.append(("arrow-up", _("Severity rose")))
        drawn = (format_html(MARK, word, icon(name, label=word, size="small")) for name, word in marks)
        return SafeString("".join(drawn))

    def _count(self, count: int) -> SafeString:
        return format_html(COUNT, self._times % {"count": count}, count) if count > 1 else NOTHING

    def _state(self, signal: Signal) -> SafeString:
        if self._wanted.show == "judged":
            return status(signal.status, signal.get_status_display())
        if signal.assignee:
            return format_html(PERSON, signal.assignee.name, initials(signal.assignee.name))
        if signal.status == SignalStatus.ACKNOWLEDGED:
            word = _("Acknowledged")
            return format_html('<span title="{}">{}</span>', word, icon("eye", label=word, size="small"))
        return NOTHING


def _around(route: str) -> tuple[str, str]:
    """What stands before and after the identifier in an address: asked once, not for each row."""
    before, _identifier, after = reverse(route, args=[NIL]).partition(str(NIL))
    return before, after
