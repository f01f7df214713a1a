"""Every address of headquarters: the tablets' API, the health check, the citizens' and the leaders' pages."""

from django.urls import include, path

from headquarters.ratings import gaps as ratings_gaps
from headquarters.ratings import views as ratings
from headquarters.tablets import views as tablets
from sync import configuration, contract, device, gaps, renewal

urlpatterns = [
    path(contract.BATCH_PATH.lstrip("/"), ratings.batches, name="batches"),
    path(contract.ENROL_PATH.lstrip("/"), tablets.enrolments, name="enrolments"),
    path(device.AUTHORIZE_PATH.lstrip("/"), tablets.device_authorizations, name="device-authorizations"),
    path(device.TOKEN_PATH.lstrip("/"), tablets.device_tokens, name="device-tokens"),
    path(configuration.PATH.lstrip("/"), tablets.configurations, name="configurations"),
    path(gaps.PATH.lstrip("/"), ratings_gaps.gaps, name="gaps"),
    path(renewal.PATH.lstrip("/"), tablets.keys, name="keys"),
    path("healthz", ratings.health, name="health"),
    path("", include("headquarters.citizens.urls")),
    path("", include("headquarters.accounts.urls")),
    path("", include("headquarters.alerts.urls")),
    path("", include("headquarters.privacy.urls")),
    path("", include("headquarters.documents.urls")),
    path("", include("headquarters.cases.urls")),
    path("", include("headquarters.cases.publication_urls")),
    path("", include("headquarters.indicators.urls")),
    path("", include("headquarters.letters.urls")),
    path("", include("headquarters.reports.urls")),
    path("", include("headquarters.api.urls")),
    path("", include("headquarters.operations.urls")),
    path("", include("headquarters.web.offices.urls")),
    path("", include("headquarters.web.urls")),
]
