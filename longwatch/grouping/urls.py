# SPDX-License-Identifier: Apache-2.0
"""Addresses of groups."""

from django.urls import path

from longwatch.grouping import views, views_rules

app_name = "grouping"
urlpatterns = [
    path("groups", views.groups_page, name="groups"),
    path("groups/bulk", views.bulk, name="bulk"),
    path("groups/rows", views.group_rows, name="rows"),
    path("groups/rules", views_rules.rules_page, name="rules"),
    path("groups/rules/new", views_rules.new_rule, name="new-rule"),
    path("groups/rules/<uuid:rule_id>", views_rules.rule_page, name="rule"),
    path("groups/rules/<uuid:rule_id>/edit", views_rules.edit_rule, name="edit-rule"),
    path("groups/rules/<uuid:rule_id>/switch", views_rules.switching, name="switch"),
    path("groups/rules/<uuid:rule_id>/trials", views_rules.trials, name="trials"),
    path("groups/rules/<uuid:rule_id>/trial", views_rules.trial_part, name="trial"),
    path("groups/lessons/<uuid:lesson_id>/end", views.lesson_end, name="lesson-end"),
    path("groups/of-signal/<uuid:signal_id>", views.of_signal, name="of-signal"),
    path("groups/<uuid:group_id>", views.group_page, name="group"),
    path("groups/<uuid:group_id>/split", views.split, name="split"),
    path("groups/<uuid:group_id>/merging", views.merging, name="merging"),
    path("groups/<uuid:group_id>/dismissal", views.dismissal, name="dismissal"),
    path("groups/<uuid:group_id>/reopening", views.reopening, name="reopening"),
    path("groups/<uuid:group_id>/lessons", views.lessons, name="lessons"),
]
