"""Addresses of the pages about offices."""

from django.urls import path

from headquarters.web.offices import change_pages, import_pages, official_pages, pages

app_name = "offices"

urlpatterns = [
    path("offices/", pages.offices, name="tree"),
    path("offices/new/", pages.new, name="new"),
    path("offices/merge/", change_pages.merge, name="merge"),
    path("offices/import/", import_pages.tree_import, name="import"),
    path("offices/import/transactions/", import_pages.transactions_import, name="transactions"),
    path("offices/import/dossiers/", import_pages.dossiers_import, name="dossiers"),
    path("offices/import/late-dossiers/", import_pages.late_dossiers_import, name="late-dossiers"),
    path("offices/import/<slug:name>.xlsx", import_pages.dossiers_template, name="dossiers-template"),
    path("offices/export.<str:form>", import_pages.export, name="export"),
    path("offices/<int:pk>/", pages.office, name="office"),
    path("offices/<int:pk>/edit/", pages.edit, name="edit"),
    path("offices/<int:pk>/close/", pages.close, name="close"),
    path("offices/<int:pk>/split/", change_pages.split, name="split"),
    path("offices/<int:pk>/desks/new/", pages.new_desk, name="new-desk"),
    path("offices/<int:pk>/officials/new/", official_pages.new, name="new-official"),
    path("offices/officials/<int:pk>/", official_pages.edit, name="official"),
    path("offices/officials/<int:pk>/forget/", official_pages.forget, name="forget-official"),
    path("offices/desks/<int:pk>/", pages.edit_desk, name="desk"),
    path("offices/desks/<int:pk>/close/", pages.close_desk, name="close-desk"),
]
