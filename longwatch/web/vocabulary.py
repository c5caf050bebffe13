# SPDX-License-Identifier: Apache-2.0
"""How severities and statuses look: icon, tone, word."""

from django.utils.translation import gettext_lazy as _

# In order: the place in the list is the stored number. Kept here because severity's home stands above the pages.
SEVERITIES = (
    ("informational", _("Informational"), "info"),
    ("low", _("Low"), "severity-low"),
    ("medium", _("Medium"), "severity-medium"),
    ("high", _("High"), "triangle-alert"),
    ("critical", _("Critical"), "octagon-alert"),
)
SEVERITY_WORDS = [word for word, _label, _icon in SEVERITIES]

# Tone of each status word, whichever kind of object carries it.
STATUS_TONES = {
    "new": {"new", "reported", "submitted", "received", "open_signal"},
    "active": {"active", "open", "in_progress", "triage", "investigating", "responding", "assessment"},
    "waiting": {"waiting", "snoozed", "on_hold", "pending", "pending_approval", "review", "draft"},
    "good": {"stabilized", "approved", "accepted", "verified", "ok", "safe", "acknowledged"},
    "bad": {"overdue", "failed", "sos", "rejected", "breached", "unreachable"},
    "done": {"closed", "done", "dismissed", "duplicate", "benign", "cancelled", "expired", "merged"},
}

STATUS_WORDS = {
    "reported": _("Reported"),
    "triage": _("Triage"),
    "active": _("Active"),
    "stabilized": _("Stabilized"),
    "closed": _("Closed"),
    "new": _("New"),
    "open": _("Open"),
    "snoozed": _("Snoozed"),
    "dismissed": _("Dismissed"),
    "duplicate": _("Duplicate"),
    "benign": _("Benign"),
    "in_progress": _("In progress"),
    "on_hold": _("On hold"),
    "pending_approval": _("Waiting for approval"),
    "overdue": _("Overdue"),
    "done": _("Done"),
    "draft": _("Draft"),
}


def severity_look(value: int | str) -> tuple[str, str, str]:
    """Word, label and icon of a severity given as its number or its word."""
    text = str(value).lower()
    word, label, icon = SEVERITIES[SEVERITY_WORDS.index(text) if text in SEVERITY_WORDS else int(value)]
    return word, str(label), icon


def status_tone(word: str) -> str:
    """The tone a status word is shown in; an unknown word is shown without one."""
    return next((tone for tone, words in STATUS_TONES.items() if word in words), "plain")


def status_label(word: str) -> str:
    """The status in the reader's language; an unknown word is shown as it is."""
    known = STATUS_WORDS.get(word)
    return str(known) if known else word.replace("_", " ").capitalize()
