# SPDX-License-Identifier: Apache-2.0
"""Addresses of the board and of incidents."""

from django.urls import path

from longwatch.incidents import (
    briefing_views,
    views,
    views_board,
    views_closing,
    views_groups,
    views_opening,
    views_work,
)
from longwatch.incidents.pages import DESK

HERE = "incidents/<str:reference>"

app_name = "incidents"
urlpatterns = [
    path("board", views_board.board, name="board"),
    path("board/rows", views_board.rows, name="board-rows"),
    path("groups/<uuid:group_id>/incident", views_groups.of_group, name="of-group"),
    path("groups/<uuid:group_id>/incident/taking-out", views_groups.taking_out, name="group-taking-out"),
    path("incidents", views.incident_list, name="list"),
    path("incidents/new", views_opening.open_page, name="open"),
    path("incidents/add-signals", views_opening.add_signals_page, name="add-signals"),
    path(HERE, views.incident, name="incident"),
    path(f"{HERE}/head", views.head, name="head"),
    path(f"{HERE}/side", views.side, name="side"),
    path(f"{HERE}/signals", views.signals, name="signals"),
    path(f"{HERE}/tasks", views.tasks, name="tasks"),
    path(f"{HERE}/evidence", views.evidence, name="evidence"),
    path(f"{HERE}/links", views.links, name="links"),
    path(f"{HERE}/six-questions", briefing_views.six_questions, name="six-questions"),
    path(f"{HERE}/six-questions.pdf", briefing_views.six_questions_pdf, name="six-questions-pdf"),
    path(f"{HERE}/print", views.printable, name="print"),
    path(f"{HERE}/severity", views_work.severity, name="severity"),
    path(f"{HERE}/status/<str:status>", views_work.status, name="status"),
    path(f"{HERE}/command", views_work.command, name="command"),
    path(f"{HERE}/command/mine", views_work.take_command, name="take-command"),
    path(f"{HERE}/responders/new", views_work.add_responder, name="responder-new"),
    path(f"{HERE}/responders/me", views_work.join, name="join"),
    path(f"{HERE}/responders/<uuid:responder_id>/release", views_work.release_responder, name="responder-release"),
    path(f"{HERE}/amendment", views_work.amend, name="amend"),
    path(f"{HERE}/next-action", views_work.next_action, name="next-action"),
    path(f"{HERE}/signals/<uuid:signal_id>/release", views_work.release_signal, name="signal-release"),
    path(f"{HERE}/signals/<uuid:signal_id>/return", views_work.return_signal, name="signal-return"),
    path(f"{HERE}/related", views_closing.relate, name="relate"),
    path(f"{HERE}/related/<uuid:link_id>/end", views_work.unlink, name="unlink"),
    path(f"{HERE}/closure", views_closing.close, name="close"),
    path(f"{HERE}/reopening", views_closing.reopen, name="reopen"),
    path(f"{HERE}/merge", views_closing.merge, name="merge"),
    *DESK.urls("incidents"),
]
