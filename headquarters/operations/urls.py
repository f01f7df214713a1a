from django.urls import path

from headquarters.operations import pages

app_name = "operations"

urlpatterns = [
    path("readyz", pages.readyz, name="ready"),
    path("metrics", pages.prometheus, name="metrics"),
]
