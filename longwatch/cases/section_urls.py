# SPDX-License-Identifier: Apache-2.0
"""Addresses of sections and of what goes out of the parts of a case."""

from django.urls import path

from longwatch.cases.views import sections
from longwatch.cases.views.sections import SECTION

app_name = "sections"
ONE = "cases/sections/<uuid:reference>"
PART = "cases/parts/<uuid:part_id>/publications"
NEEDED = ("timeline", "entries", "entry-", "task-")

urlpatterns = [
    path("cases/sections/<str:reference>", sections.section, name="section"),
    path(f"{ONE}/members/new", sections.member_new, name="member-new"),
    path(f"{ONE}/members/<uuid:account_id>/removal", sections.member_removal, name="member-removal"),
    path(f"{ONE}/direction", sections.direction, name="direction"),
    path(f"{ONE}/privilege-log", sections.privilege_log, name="privilege-log"),
    path(f"{ONE}/privilege-log.csv", sections.privilege_log_file, name="privilege-log-file"),
    path(f"{ONE}/privilege-log/<uuid:line_id>", sections.privilege_line, name="privilege-line"),
    path(f"{ONE}/witnesses/new", sections.witness_new, name="witness-new"),
    path(f"{ONE}/witnesses/<uuid:witness_id>/contact", sections.witness_contact, name="witness-contact"),
    path(f"{PART}/new", sections.publication_new, name="publication-new"),
    path(f"{PART}/<uuid:publication_id>/approval", sections.publication_approval, name="publication-approval"),
    path(f"{PART}/<uuid:publication_id>/withdrawal", sections.publication_withdrawal, name="publication-withdrawal"),
    *(pattern for pattern in SECTION.urls("cases/sections") if str(pattern.name).startswith(NEEDED)),
]
