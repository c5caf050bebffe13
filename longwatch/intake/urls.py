# SPDX-License-Identifier: Apache-2.0
"""Addresses of the inbox, of signals and of the report form."""

from django.urls import path

from longwatch.intake import (
    quiet_views,
    report_thread_views,
    report_views,
    views,
    views_identities,
    views_threads,
    views_triage,
)

app_name = "intake"
urlpatterns = [
    path("inbox", views.inbox_page, name="inbox"),
    path("inbox/rows", views.inbox_rows, name="rows"),
    path("inbox/bulk", views_triage.bulk, name="bulk"),
    path("inbox/undo/<str:token>", views_triage.undo, name="undo"),
    path("inbox/signals/<uuid:signal_id>", views.inbox_signal, name="inbox-signal"),
    path("signals/<uuid:signal_id>", views.signal_page, name="signal"),
    path("signals/<uuid:signal_id>/acknowledgement", views_triage.acknowledgement, name="acknowledgement"),
    path("signals/<uuid:signal_id>/assignment/people", views.assignees, name="assignees"),
    path("signals/<uuid:signal_id>/assignment", views_triage.assignment, name="assignment"),
    path("signals/<uuid:signal_id>/dismissal", views_triage.dismissal, name="dismissal"),
    path("signals/<uuid:signal_id>/duplicate", views_triage.duplicate, name="duplicate"),
    path("signals/<uuid:signal_id>/duplicate/candidates", views.candidates, name="candidates"),
    path("signals/<uuid:signal_id>/snooze", views_triage.snooze, name="snooze"),
    path("signals/<uuid:signal_id>/waking", views_triage.waking, name="waking"),
    path("signals/<uuid:signal_id>/reopening", views_triage.reopening, name="reopening"),
    path("signals/<uuid:signal_id>/occurrences", views.occurrences, name="occurrences"),
    path("signals/<uuid:signal_id>/occurrences/<uuid:occurrence_id>/raw", views.raw, name="raw"),
    path("signals/<uuid:signal_id>/exclusions", views_threads.exclusions, name="exclusions"),
    path("quiet-rules", quiet_views.rule_list, name="quiet-rules"),
    path("quiet-rules/new", quiet_views.new_rule, name="quiet-new"),
    path("quiet-rules/<uuid:rule_id>", quiet_views.rule_page, name="quiet-rule"),
    path("quiet-rules/<uuid:rule_id>/end", quiet_views.ending, name="quiet-end"),
    path("reporters/exchanges/of/<uuid:subject_id>", views_threads.of_record, name="threads-of"),
    path("reporters/exchanges/<uuid:thread_id>", views_threads.thread, name="thread"),
    path("signals/<uuid:signal_id>/identity", views_identities.identity, name="identity"),
    path("signals/<uuid:signal_id>/identity/requests", views_identities.requests, name="identity-requests"),
    path("identities", views_identities.waiting, name="identities"),
    path("identities/requests/<uuid:disclosure_id>/grant", views_identities.granting, name="identity-grant"),
    path("identities/requests/<uuid:disclosure_id>/denial", views_identities.denial, name="identity-denial"),
    path("my-reports", report_views.my_reports, name="my-reports"),
    path("report", report_views.report, name="report"),
    path("report/follow-up", report_thread_views.follow_up, name="follow-up"),
    path("report/<slug:org>", report_views.report, name="report-to"),
]
