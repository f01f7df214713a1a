from django.urls import path

from headquarters.cases import deeds, pages

app_name = "cases"

urlpatterns = [
    path("cases/", pages.index, name="index"),
    path("cases/board/", pages.board, name="board"),
    path("cases/cases.csv", pages.export, name="export"),
    path("cases/<int:pk>/", pages.case, name="case"),
    path("cases/<int:pk>/files/<int:file_pk>", pages.file, name="file"),
    path("cases/<int:pk>/handle", deeds.handle, name="handle"),
    path("cases/<int:pk>/approve", deeds.approve, name="approve"),
    path("cases/of/<uuid:tablet_id>/<uuid:event_id>", deeds.make, name="make"),
]
