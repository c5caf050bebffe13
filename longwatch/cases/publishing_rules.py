# SPDX-License-Identifier: Apache-2.0
"""What may go from which part of a case to an incident, by whom, and whether a second person must agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from longwatch.access.models import Section
from longwatch.access.roles import Permission
from longwatch.core.errors import Conflict, Invalid, NotAllowed
from longwatch.incidents.models import NoticeKind

LONGEST_TEXT = 500
LONGEST_ABOUT = 200
LONGEST_BOLO = timedelta(days=30)
LONGEST = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Publishing:
    """What holds for one part of a case."""

    kinds: tuple[NoticeKind, ...]
    permission: Permission
    approver: Permission | None = None


_USUAL = Publishing((NoticeKind.BOLO, NoticeKind.SAFETY, NoticeKind.STAND_DOWN), Permission.CASE_PUBLISH)
PUBLISHING: Mapping[str, Publishing] = {
    Section.CORE: _USUAL,
    Section.HR: _USUAL,
    Section.WITNESS: _USUAL,
    Section.INTELLIGENCE: _USUAL,
    # Part of what is privileged, once out, may take the rest with it: counsel agrees, as a second person.
    Section.PRIVILEGED: Publishing(_USUAL.kinds, Permission.CASE_PUBLISH, approver=Permission.PRIVILEGE_WORK),
    # One line of what to do, never a diagnosis.
    Section.MEDICAL: Publishing((NoticeKind.NEED,), Permission.MEDICAL_WORK),
    Section.IDENTITY: Publishing((), Permission.IDENTITY_DISCLOSE),
}


def refuse_source(section: str, kind: str, permissions: frozenset[str]) -> Publishing:
    """What holds for the section; refuses (403) whoever may not publish from it, (422) a kind it does not publish."""
    rule = PUBLISHING[section]
    if not rule.kinds or rule.permission not in permissions:
        raise NotAllowed(_("Your role does not publish from here."), code="permission_missing")
    if kind not in rule.kinds:
        raise Invalid(_("That is not published from here."), fields={"kind": _("Choose what it is.")})
    return rule


def refuse_words(kind: str, about: str, text: str, expires_at: datetime | None, now: datetime) -> None:
    """Refuse (422) what says nothing or too much, and a lookout without an end."""
    fields = {}
    if not text.strip():
        fields["text"] = _("Write what they must know.")
    elif len(text.strip()) > LONGEST_TEXT or "\n" in text.strip():
        fields["text"] = _("Use one paragraph of at most %(count)s characters.") % {"count": LONGEST_TEXT}
    if kind in (NoticeKind.BOLO, NoticeKind.NEED) and not about.strip():
        fields["about"] = _("Say whom or what it is about.")
    elif len(about.strip()) > LONGEST_ABOUT:
        fields["about"] = _("Use at most %(count)s characters.") % {"count": LONGEST_ABOUT}
    if problem := _end_problem(kind, expires_at, now):
        fields["expires_at"] = problem
    if fields:
        raise Invalid(_("Nothing was published; put right what is named."), fields=fields)


def _end_problem(kind: str, expires_at: datetime | None, now: datetime) -> str:
    longest = LONGEST_BOLO if kind == NoticeKind.BOLO else LONGEST
    if expires_at is None:
        return _("Say until when they look out.") if kind == NoticeKind.BOLO else ""
    if expires_at <= now:
        return _("Give a time that is still to come.")
    return _("At most %(count)s days.") % {"count": longest.days} if expires_at > now + longest else ""


def refuse_leaks(words: str, reference: str, title: str) -> None:
    """Refuse (422) words that name the case they come from."""
    lowered = words.lower()
    if reference.lower() in lowered or (len(title) > 3 and title.lower() in lowered):
        sentence = _("Leave out the case's reference and title: whoever reads the incident must not learn of it.")
        raise Invalid(sentence, fields={"text": sentence}, code="names_the_case")


def refuse_approval(*, waiting: bool, own: bool) -> None:
    """Refuse (409) to approve twice, or what one asked for oneself."""
    if not waiting:
        raise Conflict(_("This does not wait for approval."), code="not_waiting")
    if own:
        raise Conflict(_("Somebody else must approve what you asked for."), code="same_person")
