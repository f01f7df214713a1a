from django.urls import path

from headquarters.reports import pages

app_name = "reports"

urlpatterns = [
    path("reports/", pages.index, name="index"),
    path("reports/new/", pages.new, name="new"),
    path("reports/deadlines/", pages.deadlines, name="deadlines"),
    path("reports/deadlines/new/", pages.new_deadline, name="new-deadline"),
    path("reports/deadlines/<int:pk>/", pages.deadline, name="deadline"),
    path("reports/<int:pk>/", pages.report, name="report"),
    path("reports/<int:pk>/act/", pages.act, name="act"),
    path("reports/<int:pk>/progress/", pages.progress, name="progress"),
    path("reports/<int:pk>/<int:number>/", pages.version, name="version"),
    path("reports/<int:pk>/<int:number>/<str:form>/", pages.download, name="download"),
]
