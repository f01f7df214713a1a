from django.urls import path

from headquarters.reports import deadline_pages, emulation_pages, pages

app_name = "reports"

urlpatterns = [
    path("reports/", pages.index, name="index"),
    path("reports/new/", pages.new, name="new"),
    path("reports/deadlines/", deadline_pages.index, name="deadlines"),
    path("reports/deadlines/new/", deadline_pages.new, name="new-deadline"),
    path("reports/deadlines/<int:pk>/", deadline_pages.change, name="deadline"),
    path("reports/emulation/", emulation_pages.index, name="emulation"),
    path("reports/emulation/review/<int:pk>/", emulation_pages.review, name="review"),
    path(
        "reports/emulation/review/officials/<int:pk>/",
        emulation_pages.review_official,
        name="review-official",
    ),
    path("reports/emulation/file/<str:form>/", emulation_pages.file, name="emulation-file"),
    path("reports/<int:pk>/", pages.report, name="report"),
    path("reports/<int:pk>/act/", pages.act, name="act"),
    path("reports/<int:pk>/progress/", pages.progress, name="progress"),
    path("reports/<int:pk>/<int:number>/", pages.version, name="version"),
    path("reports/<int:pk>/<int:number>/<str:form>/", pages.download, name="download"),
]
