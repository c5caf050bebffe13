# SPDX-License-Identifier: Apache-2.0
"""Addresses of search, of people and things, and of evidence: pages that know every kind of record."""

from django.urls import include, path

from longwatch.evidence import copy_views
from longwatch.search import (
    analysis_views,
    custody_views,
    entity_views,
    glass_views,
    graph_views,
    hand_over_views,
    identity_views,
    item_views,
    match_views,
    record_views,
    upload_views,
    views,
)

OF_RECORD = "files/of/<str:kind>/<uuid:record_id>"

search_addresses = [
    path("search", views.results, name="results"),
    path("search/suggestions", views.suggestions, name="suggestions"),
    path("search/history", record_views.history, name="history"),
    path("search/sealed-match", match_views.sealed_match, name="sealed-match"),
    path("break-glass", glass_views.glass, name="break-glass"),
    path("break-glass/reviews", glass_views.reviews, name="glass-reviews"),
    path("break-glass/<uuid:glass_id>", glass_views.one, name="glass"),
    path("break-glass/<uuid:glass_id>/end", glass_views.end, name="glass-end"),
    path("records/<str:kind>/<uuid:record_id>/who-knew", glass_views.who_knew, name="who-knew"),
    path("search/holders", record_views.holders, name="holders"),
]
entity_addresses = [
    path("entities", entity_views.entity_list, name="list"),
    path("entities/graph", graph_views.graph, name="graph"),
    path("entities/graph/neighbours", graph_views.more, name="graph-more"),
    path("entities/<uuid:entity_id>", entity_views.entity, name="entity"),
    path("entities/<uuid:entity_id>/merging", identity_views.merging, name="merging"),
    path("entities/<uuid:entity_id>/marking", identity_views.marking, name="marking"),
    path("entities/<uuid:entity_id>/said/<uuid:said_id>/end", identity_views.said_end, name="said-end"),
    path("entities/<uuid:entity_id>/markings/<uuid:marking_id>/end", identity_views.marking_end, name="marking-end"),
    path("entities/<uuid:entity_id>/suggestions", identity_views.suggestions, name="suggestions"),
]
evidence_addresses = [
    path("files/of", record_views.exhibits, name="of-record"),
    path(OF_RECORD, record_views.exhibits, name="of-record"),
    path(f"{OF_RECORD}/<uuid:exhibit_id>/withdrawal", record_views.withdrawal, name="withdrawal"),
    path(f"{OF_RECORD}/custody-report", record_views.custody_report, name="record-report"),
    path(f"{OF_RECORD}/items", item_views.item, name="item"),
    path(f"{OF_RECORD}/uploads", upload_views.uploads, name="uploads"),
    path("files/uploads/<uuid:upload_id>", upload_views.upload, name="upload"),
    path("api/v1/records/<str:kind>/<uuid:record_id>/uploads", upload_views.api_uploads, name="api-uploads"),
    path("api/v1/uploads/<uuid:upload_id>", upload_views.api_upload, name="api-upload"),
    path("files/<uuid:exhibit_id>", custody_views.file, name="file"),
    path("files/<uuid:exhibit_id>/view", custody_views.exhibit, name="exhibit"),
    path("files/<uuid:exhibit_id>/view/<int:number>", copy_views.copy_picture, name="picture"),
    path("files/<uuid:exhibit_id>/danger", custody_views.danger, name="danger"),
    path("files/<uuid:exhibit_id>/custody", record_views.custody, name="custody"),
    path("files/<uuid:exhibit_id>/attachments/<int:number>", custody_views.attachment, name="attachment"),
    path("files/<uuid:exhibit_id>/custody-report", custody_views.report, name="report"),
    path("files/<uuid:exhibit_id>/custody/<str:what>", custody_views.act, name="custody-act"),
]
OF_ANALYSES = "analyses/of/<str:kind>/<uuid:record_id>"
analysis_addresses = [
    path(OF_ANALYSES, analysis_views.analyze, name="ask"),
    path(f"{OF_ANALYSES}/panel", analysis_views.panel, name="panel"),
    path(f"{OF_ANALYSES}/<uuid:analysis_id>", analysis_views.answer, name="answer"),
    path(f"{OF_ANALYSES}/<uuid:analysis_id>/proposals", analysis_views.proposal, name="proposal"),
]
hand_over_addresses = [
    path("administration/people/<uuid:account_id>/closing", hand_over_views.closing, name="closing"),
    path("hand-overs", hand_over_views.hand_overs, name="list"),
    path("hand-overs/<uuid:hand_over_id>", hand_over_views.decide, name="decide"),
]

# Five namespaces, because lower packages name these addresses without knowing this one.
urlpatterns = [
    path("", include((search_addresses, "search"))),
    path("", include((entity_addresses, "entities"))),
    path("", include((hand_over_addresses, "hand-over"))),
    path("", include((evidence_addresses, "evidence"))),
    path("", include((analysis_addresses, "analyses"))),
]
