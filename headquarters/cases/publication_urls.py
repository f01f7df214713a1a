from django.urls import path

from headquarters.cases import publication_pages as pages

app_name = "published"

urlpatterns = [
    path("published/", pages.published, name="list"),
    path("cases/<int:pk>/published", pages.one, name="one"),
    path("cases/<int:pk>/published/words", pages.words, name="words"),
    path("cases/<int:pk>/published/decide", pages.decide, name="decide"),
]
