# SPDX-License-Identifier: Apache-2.0
"""The people and programs of the demo story. All are invented."""

from dataclasses import dataclass

from longwatch.access.roles import Role

PASSWORD = "longwatch-demo-2026"  # noqa: S105  # printed by the demo itself
DOMAIN = "halden.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the story."""

    key: str
    name: str
    title: str
    role: Role

    @property
    def email(self) -> str:
        """Where they sign in."""
        return f"{self.key}@{DOMAIN}"


PEOPLE = (
    Person("mara", "Mara Ortiz", "Head of security operations", Role.SUPERVISOR),
    Person("victor", "Victor Hale", "Deputy head of security", Role.SUPERVISOR),
    Person("jo", "Jo Lindqvist", "SOC analyst", Role.ANALYST),
    Person("adaeze", "Adaeze Obi", "Operations centre analyst", Role.ANALYST),
    Person("tomas", "Tomás Ferreira", "Threat assessment lead", Role.INVESTIGATOR),
    Person("priya", "Priya Nair", "Cyber investigator", Role.INVESTIGATOR),
    Person("ben", "Ben Okafor", "Site security, Plant 2", Role.RESPONDER),
    Person("lena", "Lena Vogt", "HR partner", Role.HR),
    Person("samuel", "Samuel Reyes", "General counsel's office", Role.COUNSEL),
    Person("ines", "Inês Duarte", "Internal audit", Role.AUDITOR),
    Person("noor", "Noor Haddad", "Control room, night shift", Role.DISPATCHER),
    Person("yusuf", "Yusuf Demir", "Intelligence analyst", Role.INTELLIGENCE),
    Person("amara", "Amara Diallo", "Psychologist, threat assessment", Role.THREAT_TEAM),
    Person("nadia", "Nadia Rahman", "Occupational physician", Role.MEDICAL),
    Person("greta", "Greta Lindholm", "Ombudsperson", Role.CUSTODIAN),
    Person("piotr", "Piotr Zielinski", "Data protection officer", Role.PRIVACY),
    Person("ingrid", "Ingrid Solberg", "Chief operating officer", Role.LEADERSHIP),
    Person("rui", "Rui Teixeira", "Shift lead, Plant 2", Role.REPORTER),
)
ADMINISTRATOR = Person("alex", "Alex Kim", "Platform administrator", Role.ADMINISTRATOR)
PROGRAMS = (
    Person("siem", "SIEM", "Integration", Role.INTEGRATION),
    Person("edr", "Endpoint protection", "Integration", Role.INTEGRATION),
    Person("mail", "Mail gateway", "Integration", Role.INTEGRATION),
    Person("doors", "Access control", "Integration", Role.INTEGRATION),
)
