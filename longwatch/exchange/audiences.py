# SPDX-License-Identifier: Apache-2.0
"""Who a bundle is for, and what that means for its content, as data. Decisions about single items come on top."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.access.models import Section
from longwatch.entities.kinds import Part

Words = str | Promise


class Kind(TextChoices):
    """What a record consists of, as far as it can leave."""

    RECORD = "record", _("Description and closure")
    ENTRY = "entry", _("Timeline entries")
    CHANGE = "change", _("Changes that the ledger tells of")
    FINDING = "finding", _("Findings")
    DECISION = "decision", _("Decisions")
    TASK = "task", _("Tasks")
    EXHIBIT = "exhibit", _("Exhibits")
    CUSTODY = "custody", _("Custody events")
    NAMED = "named", _("People, places and things")
    SIGNAL = "signal", _("Reports and alerts")
    LINK = "link", _("Links to other records")
    MEMBER = "member", _("Who may see the record")


class Audience(TextChoices):
    """Who receives a bundle."""

    INTERNAL = "internal", _("Inside the organisation")
    COUNSEL = "counsel", _("Counsel")
    REGULATOR = "regulator", _("Regulator")
    LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
    SUBJECT = "subject", _("The person concerned (subject access)")
    COMMUNITY = "community", _("Sharing community or other tools")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one audience receives."""

    audience: Audience
    about: Words
    # What is in at all; everything else is out, with a line in the withholding log.
    kinds: frozenset[Kind]
    # The sections inside the record whose content is in, besides the core.
    sections: frozenset[Section]
    # People with these parts, and their addresses and numbers, appear under a pseudonym.
    masked: frozenset[Part]
    # Whether the names of those who worked on it are replaced too.
    staff_masked: bool = False
    # Whether e-mail addresses and telephone numbers of others are replaced wherever they stand.
    contacts_masked: bool = False
    # Whether the bundle is about one person, whose own name stays.
    names_a_person: bool = False


EVERYTHING = frozenset(Kind)
_ABROAD = EVERYTHING - {Kind.LINK, Kind.MEMBER, Kind.TASK}
_PERSONAL = frozenset({Kind.RECORD, Kind.ENTRY, Kind.FINDING, Kind.DECISION, Kind.NAMED})
_INNER = frozenset({Section.HR, Section.WITNESS, Section.INTELLIGENCE})
_REPORTER = frozenset({Part.REPORTER})
_BYSTANDERS = frozenset({Part.REPORTER, Part.WITNESS, Part.AFFECTED, Part.INVOLVED})

PROFILES: Mapping[Audience, Profile] = {
    Audience.INTERNAL: Profile(
        Audience.INTERNAL, _("The whole record as you may see it, without medical and privileged sections."),
        kinds=EVERYTHING, sections=_INNER, masked=_REPORTER,
    ),
    Audience.COUNSEL: Profile(
        Audience.COUNSEL, _("The whole record; privileged sections only when counsel makes the bundle."),
        kinds=EVERYTHING, sections=_INNER | {Section.PRIVILEGED}, masked=_REPORTER,
    ),
    Audience.REGULATOR: Profile(
        Audience.REGULATOR, _("The core of the record; affected people, witnesses and others under pseudonyms."),
        kinds=_ABROAD, sections=frozenset(), masked=_BYSTANDERS, contacts_masked=True,
    ),
    Audience.LAW_ENFORCEMENT: Profile(
        Audience.LAW_ENFORCEMENT, _("The core with all evidence; witnesses and reporters under pseudonyms."),
        kinds=_ABROAD, sections=frozenset(), masked=frozenset({Part.REPORTER, Part.WITNESS}),
    ),
    Audience.SUBJECT: Profile(
        Audience.SUBJECT, _("What is recorded about one person; everybody else and the staff under pseudonyms."),
        kinds=_PERSONAL, sections=frozenset({Section.HR}), masked=frozenset(Part), staff_masked=True,
        contacts_masked=True, names_a_person=True,
    ),
    Audience.COMMUNITY: Profile(
        Audience.COMMUNITY, _("What machines look for and the alerts it comes from; people under pseudonyms."),
        kinds=frozenset({Kind.RECORD, Kind.NAMED, Kind.SIGNAL}), sections=frozenset(), staff_masked=True,
        masked=frozenset(Part) - {Part.INDICATOR}, contacts_masked=True,
    ),
}  # fmt: skip

# What no profile and no decision lets out. Nobody is told how much there is of the last one.
NEVER_OUT = frozenset({Section.MEDICAL, Section.IDENTITY})
NEVER_COUNTED = frozenset({Section.IDENTITY})


@dataclass(frozen=True, slots=True)
class Rule:
    """Why something is not in a bundle: a code for programs, a sentence for people that betrays no content."""

    code: str
    why: Words


SECTION_RULES: Mapping[Section, Rule] = {
    Section.MEDICAL: Rule("section.medical", _("Medical information is kept apart by law and leaves in no bundle.")),
    Section.PRIVILEGED: Rule("section.privileged", _("Legally privileged; released by counsel only.")),
    Section.HR: Rule("section.hr", _("Personnel matters are not part of what this audience receives.")),
    # Not a word about a witness: that there is one may itself be what has to stay secret.
    Section.WITNESS: Rule("rights_of_others", _("The rights and safety of others.")),
    Section.INTELLIGENCE: Rule("section.intelligence", _("Sources and methods of the security work.")),
    Section.IDENTITY: Rule("rights_of_others", _("The rights and safety of others.")),
}
NAMES = Rule("names", _("Names, addresses and numbers of others are replaced by pseudonyms."))
NOT_FOR_AUDIENCE = Rule("not_for_audience", _("Not part of what this audience receives."))
UNREADABLE = Rule("unreadable", _("The file could not be read when the bundle was made."))


class Ground(TextChoices):
    """Why somebody decided to withhold an item; the audience learns the ground, not the reason."""

    RIGHTS_OF_OTHERS = "rights_of_others", _("The rights and safety of others")
    PRIVILEGE = "privilege", _("Legal privilege")
    PREJUDICE = "prejudice", _("It would prejudice an investigation")
    IRRELEVANT = "irrelevant", _("It does not concern the request")
    SECRET = "secret", _("It is confidential by law or contract")


class Choice(TextChoices):
    """What somebody decided about one item."""

    WITHHOLD = "withhold", _("Withhold")
    RELEASE = "release", _("Release")


def decided(ground: str) -> Rule:
    """The rule behind a decision to withhold."""
    known = Ground(ground) if ground in Ground.values else Ground.RIGHTS_OF_OTHERS
    return Rule(f"decision.{known.value}", known.label)
