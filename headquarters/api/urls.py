from django.urls import path, re_path

from headquarters.api import indicators, pages, reading

app_name = "api"

urlpatterns = [
    path("api/openapi.json", pages.document, name="openapi"),
    path("api/", pages.reference, name="reference"),
    path("api/tokens/", pages.token_list, name="tokens"),
    path("api/tokens/<int:pk>/revoke", pages.revoke, name="revoke"),
    path("api/v1/read/offices", reading.offices, name="read-offices"),
    path("api/v1/read/figures/offices", reading.by_office, name="read-by-office"),
    path("api/v1/read/figures/days", reading.by_day, name="read-by-day"),
    path("api/v1/read/figures/promises", reading.by_promise, name="read-by-promise"),
    path("api/v1/read/published", reading.published, name="read-published"),
    path("api/v1/read/indicators", indicators.read, name="read-indicators"),
    re_path(r"^api/v1/read/", reading.nothing, name="read-nothing"),
]
