# SPDX-License-Identifier: Apache-2.0
"""The categories of incidents: what each begins with. Severity and visibility are proposals that people may change."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.records.severity import Severity


class Visibility(StrEnum):
    """Who reads an incident of the category at first."""

    OPEN = "open"  # everybody who handles incidents
    LIMITED = "limited"  # those who handle it; until sites exist as teams, the same people as open
    NAMED = "named"  # the opener, the commander and the responders only


class CaseHint(StrEnum):
    """Whether closing such an incident should lead to a case."""

    EXPECTED = "expected"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Category:
    """One category with what an incident of it starts with."""

    code: str
    group: "str | Promise"
    name: "str | Promise"
    severity: Severity
    visibility: Visibility
    case: CaseHint

    @property
    def restricted(self) -> bool:
        """Whether its incidents start with named members only."""
        return self.visibility is Visibility.NAMED


OPEN, LIMITED, NAMED = Visibility.OPEN, Visibility.LIMITED, Visibility.NAMED
EXPECTED, ASK, NONE = CaseHint.EXPECTED, CaseHint.ASK, CaseHint.NONE
INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL = Severity
WORKPLACE = _("Workplace violence")
PROTECTION = _("Executive protection")
TRAVEL = _("Travel")
FACILITY = _("Facility")
INSIDER = _("Insider")
SCHOOL = _("School and campus")
PERSONAL = _("Personal safety")
CYBER = _("Cyber")
OTHER = _("Other")

ALL = (
    Category("WV-01", WORKPLACE, _("Active assailant or weapon in use"), CRITICAL, OPEN, EXPECTED),
    Category("WV-02", WORKPLACE, _("Assault with injury"), HIGH, LIMITED, EXPECTED),
    Category("WV-03", WORKPLACE, _("Assault without injury"), MEDIUM, LIMITED, ASK),
    Category("WV-04", WORKPLACE, _("Direct threat, with a named target or means"), HIGH, NAMED, EXPECTED),
    Category("WV-05", WORKPLACE, _("Veiled or conditional threat"), MEDIUM, NAMED, ASK),
    Category("WV-06", WORKPLACE, _("Concerning behaviour without a threat"), LOW, NAMED, NONE),
    Category("WV-07", WORKPLACE, _("Domestic violence reaching the workplace"), HIGH, NAMED, EXPECTED),
    Category("WV-08", WORKPLACE, _("Stalking of an employee"), HIGH, NAMED, EXPECTED),
    Category("WV-09", WORKPLACE, _("Sexual assault"), HIGH, NAMED, EXPECTED),
    Category("WV-10", WORKPLACE, _("Harassment, bullying or intimidation"), MEDIUM, NAMED, ASK),
    Category("WV-11", WORKPLACE, _("Weapon found or possessed, no threat"), HIGH, LIMITED, ASK),
    Category("WV-12", WORKPLACE, _("Planned termination with raised risk"), MEDIUM, NAMED, ASK),
    Category("EP-01", PROTECTION, _("Attack or attempt on a principal"), CRITICAL, LIMITED, EXPECTED),
    Category("EP-02", PROTECTION, _("Threat sent to a principal"), HIGH, NAMED, EXPECTED),
    Category("EP-03", PROTECTION, _("Suspicious approach to a principal"), MEDIUM, NAMED, ASK),
    Category("EP-04", PROTECTION, _("Suspected hostile surveillance"), HIGH, NAMED, EXPECTED),
    Category("EP-05", PROTECTION, _("Doxxing, exposure or impersonation"), MEDIUM, NAMED, ASK),
    Category("EP-06", PROTECTION, _("Residence breach, alarm or swatting"), HIGH, NAMED, ASK),
    Category("EP-07", PROTECTION, _("Route deviation or transport incident"), MEDIUM, LIMITED, NONE),
    Category("EP-08", PROTECTION, _("News about a known person of interest"), MEDIUM, NAMED, ASK),
    Category("TR-01", TRAVEL, _("Traveller SOS or missed check-in"), HIGH, LIMITED, ASK),
    Category("TR-02", TRAVEL, _("Security event near a traveller"), MEDIUM, OPEN, NONE),
    Category("TR-03", TRAVEL, _("Natural hazard or transport disruption"), LOW, OPEN, NONE),
    Category("TR-04", TRAVEL, _("Medical emergency abroad"), HIGH, NAMED, ASK),
    Category("TR-05", TRAVEL, _("Detention, arrest or border seizure"), HIGH, NAMED, EXPECTED),
    Category("TR-06", TRAVEL, _("Kidnapping or extortion"), CRITICAL, NAMED, EXPECTED),
    Category("TR-07", TRAVEL, _("Review of a high-risk trip"), INFORMATIONAL, LIMITED, NONE),
    Category("FA-01", FACILITY, _("Intrusion or forced entry"), HIGH, OPEN, ASK),
    Category("FA-02", FACILITY, _("Access anomaly, tailgating or lost badge"), LOW, LIMITED, NONE),
    Category("FA-03", FACILITY, _("Suspicious person, trespass or loitering"), LOW, OPEN, NONE),
    Category("FA-04", FACILITY, _("Photography or reconnaissance of a restricted area"), MEDIUM, LIMITED, ASK),
    Category("FA-05", FACILITY, _("Bomb threat or suspicious package"), HIGH, OPEN, ASK),
    Category("FA-06", FACILITY, _("Protest or civil disturbance"), MEDIUM, OPEN, NONE),
    Category("FA-07", FACILITY, _("Theft, burglary, vandalism or sabotage"), MEDIUM, LIMITED, ASK),
    Category("FA-08", FACILITY, _("Fire, life safety or hazardous release"), HIGH, OPEN, NONE),
    Category("FA-09", FACILITY, _("Injury or medical event on site"), MEDIUM, LIMITED, NONE),
    Category("FA-10", FACILITY, _("Failure of a security system"), MEDIUM, OPEN, NONE),
    Category("IN-01", INSIDER, _("Suspected theft of data or intellectual property"), HIGH, NAMED, EXPECTED),
    Category("IN-02", INSIDER, _("Misuse of privileges or access"), MEDIUM, NAMED, ASK),
    Category("IN-03", INSIDER, _("Fraud, bribery or conflict of interest"), MEDIUM, NAMED, EXPECTED),
    Category("IN-04", INSIDER, _("Espionage, elicitation or foreign contact"), HIGH, NAMED, EXPECTED),
    Category("IN-05", INSIDER, _("Retaliation against a reporter or witness"), HIGH, NAMED, EXPECTED),
    Category("IN-06", INSIDER, _("Anonymous tip, not yet classified"), MEDIUM, NAMED, NONE),
    Category("SC-01", SCHOOL, _("Threat to a school or a named student"), HIGH, NAMED, EXPECTED),
    Category("SC-02", SCHOOL, _("Intruder, weapon or lockdown on campus"), CRITICAL, OPEN, EXPECTED),
    Category("SC-03", SCHOOL, _("Assault or fight among students"), MEDIUM, LIMITED, ASK),
    Category("SC-04", SCHOOL, _("Bullying, cyberbullying or hazing"), LOW, NAMED, NONE),
    Category("SC-05", SCHOOL, _("Missing child or unauthorised pick-up"), HIGH, LIMITED, ASK),
    Category("SC-06", SCHOOL, _("Sexual misconduct or dating violence"), HIGH, NAMED, EXPECTED),
    Category("SC-07", SCHOOL, _("Concern for a student's welfare"), HIGH, NAMED, ASK),
    Category("SA-01", PERSONAL, _("SOS pressed"), CRITICAL, OPEN, NONE),
    Category("SA-02", PERSONAL, _("Silent duress"), CRITICAL, LIMITED, ASK),
    Category("SA-03", PERSONAL, _("Missed lone-worker check-in"), MEDIUM, LIMITED, NONE),
    Category("SA-04", PERSONAL, _("Fall, crash or lost signal"), HIGH, LIMITED, NONE),
    Category("CY-01", CYBER, _("Phishing or credential theft"), MEDIUM, OPEN, NONE),
    Category("CY-02", CYBER, _("Malware on an endpoint"), MEDIUM, OPEN, NONE),
    Category("CY-03", CYBER, _("Ransomware or its precursors"), CRITICAL, OPEN, EXPECTED),
    Category("CY-04", CYBER, _("Account takeover"), HIGH, OPEN, ASK),
    Category("CY-05", CYBER, _("Intrusion into systems or lateral movement"), HIGH, OPEN, ASK),
    Category("CY-06", CYBER, _("Exposure or leak of data"), HIGH, LIMITED, EXPECTED),
    Category("CY-07", CYBER, _("Denial of service"), MEDIUM, OPEN, NONE),
    Category("CY-08", CYBER, _("Exploited vulnerability or misconfiguration"), MEDIUM, OPEN, NONE),
    Category("OT-01", OTHER, _("Not yet classified"), MEDIUM, OPEN, NONE),
)
BY_CODE = {category.code: category for category in ALL}
UNCLASSIFIED = BY_CODE["OT-01"]


def category_of(code: str) -> Category:
    """The category with this code; an unknown one counts as not yet classified."""
    return BY_CODE.get(code, UNCLASSIFIED)


def grouped_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories as a select shows them: by group, with their codes."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in ALL:
        groups.setdefault(str(category.group), []).append((category.code, f"{category.name} ({category.code})"))
    return list(groups.items())
