# SPDX-License-Identifier: Apache-2.0
"""The address of the page for auditors."""

from django.urls import path

from longwatch.integrity import views

app_name = "integrity"
urlpatterns = [path("", views.integrity, name="page")]
