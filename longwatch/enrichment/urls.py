# SPDX-License-Identifier: Apache-2.0
"""Addresses of results, the inventory and watch-lists."""

from django.urls import path

from longwatch.enrichment import inventory_views, views, watch_views

app_name = "enrichment"
urlpatterns = [
    path("signals/<uuid:signal_id>/enrichment", views.panel, name="panel"),
    path("enrichment/<uuid:record_id>", views.record_panel, name="record-panel"),
    path("inventory/assets", inventory_views.assets, name="assets"),
    path("inventory/identities", inventory_views.identities, name="identities"),
    path("inventory/assets/import", inventory_views.import_assets, name="import-assets"),
    path("inventory/identities/import", inventory_views.import_identities, name="import-identities"),
    path("inventory/items/<uuid:item_id>", inventory_views.item_page, name="item"),
    path("inventory/items/<uuid:item_id>/removal", inventory_views.removal, name="item-removal"),
    path("watch-lists", watch_views.watchlists, name="watchlists"),
    path("watch-lists/<uuid:watchlist_id>", watch_views.watchlist, name="watchlist"),
    path("watch-lists/<uuid:watchlist_id>/end", watch_views.ending, name="watchlist-end"),
    path("watch-lists/<uuid:watchlist_id>/entries/<uuid:entry_id>/removal", watch_views.removal, name="watch-removal"),
]
