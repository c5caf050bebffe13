# SPDX-License-Identifier: Apache-2.0
"""Addresses of mappings that people make."""

from django.urls import path

from longwatch.intake import views_mapping_editor, views_mappings

app_name = "mappings"
urlpatterns = [
    path("mappings", views_mappings.mapping_list, name="list"),
    path("mappings/import", views_mappings.import_file, name="import"),
    path("mappings/new", views_mapping_editor.new_mapping, name="new"),
    path("mappings/<uuid:mapping_id>", views_mapping_editor.mapping_page, name="mapping"),
    path("mappings/<uuid:mapping_id>/file", views_mappings.file, name="file"),
    path("mappings/<uuid:mapping_id>/versions", views_mappings.versions, name="versions"),
    path("mappings/<uuid:mapping_id>/versions/<int:number>/restoring", views_mappings.restoring, name="restoring"),
    path("mappings/<uuid:mapping_id>/retirement", views_mappings.retirement, name="retirement"),
    path("mappings/<uuid:mapping_id>/sources", views_mappings.reading, name="reading"),
]
