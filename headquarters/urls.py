"""Every address of headquarters: the tablets' API, the health check, the citizens' and the leaders' pages."""

from django.urls import include, path

from headquarters.ratings import views as ratings
from headquarters.tablets import views as tablets
from sync import contract

urlpatterns = [
    path(contract.BATCH_PATH.lstrip("/"), ratings.batches, name="batches"),
    path(contract.ENROL_PATH.lstrip("/"), tablets.enrolments, name="enrolments"),
    path("healthz", ratings.health, name="health"),
    path("", include("headquarters.citizens.urls")),
    path("", include("headquarters.web.urls")),
]
