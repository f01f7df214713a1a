from django.urls import path

from headquarters.documents import pages

app_name = "documents"

urlpatterns = [
    path("letterheads/", pages.index, name="letterheads"),
    path("letterheads/<int:pk>/", pages.letterhead, name="letterhead"),
    path("letterheads/<int:pk>/preview/", pages.preview, name="letterhead-preview"),
    path("letterheads/<int:pk>/sample.pdf", pages.sample_pdf, name="letterhead-pdf"),
    path("letterheads/<int:pk>/derive/", pages.derive, name="letterhead-derive"),
]
