# SPDX-License-Identifier: Apache-2.0
"""Addresses of bundles: below the record they are of."""

from django.urls import path

from longwatch.exchange import share_views, views

app_name = "exchange"
urlpatterns = [
    *(
        path(f"{noun}/<str:reference>/{rest}", view, {"kind": kind}, name=f"{kind}{name}")
        for noun, kind in (("cases", "case"), ("incidents", "incident"))
        for rest, view, name in (
            ("export", views.page, ""), ("export/bundles", views.bundles, "-bundles"),
            ("export/review", views.review, "-review"), ("share", share_views.page, "-share"),
        )
    ),
    path("exports/<uuid:export_id>/file", views.file, name="file"),
    path("exports/<uuid:export_id>/cancellation", views.cancellation, name="cancellation"),
]  # fmt: skip
