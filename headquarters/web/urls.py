from django.urls import path

from headquarters.tablets.views import APPROVAL_PATH
from headquarters.web import (
    approval,
    bundle_pages,
    comment_pages,
    configuration_pages,
    figure_pages,
    group_pages,
    indicator_pages,
    integrity_pages,
    official_pages,
    tablet_pages,
    views,
    wall,
)

app_name = "web"

urlpatterns = [
    path("", figure_pages.overview, name="overview"),
    path("today/", figure_pages.today, name="today"),
    path("wall/", wall.wall, name="wall"),
    path("wall/board/", wall.board, name="wall-board"),
    path("figures/offices/<int:office_id>/", figure_pages.office, name="figures-office"),
    path("figures/indicators/", indicator_pages.page, name="indicators"),
    path("figures/indicators/<slug:slug>.csv", indicator_pages.table_csv, name="indicators-csv"),
    path("figures/officials/", official_pages.page, name="officials"),
    path("figures/officials.csv", official_pages.csv, name="officials-csv"),
    path("figures/<slug:slug>.csv", figure_pages.table_csv, name="table-csv"),
    *(
        path(f"figures/{slug}/", figure_pages.cut, {"slug": slug}, name=f"figures-{slug}")
        for slug in figure_pages.CUTS
    ),
    path("comments/", comment_pages.comments, name="comments"),
    path("comments.csv", comment_pages.comments_csv, name="comments-csv"),
    path(APPROVAL_PATH.lstrip("/"), approval.approval, name="approval"),
    path("tablets/", tablet_pages.tablets, name="tablets"),
    path("tablets/<uuid:tablet_id>/", tablet_pages.tablet, name="tablet"),
    path("tablets/<uuid:tablet_id>/health.csv", tablet_pages.health_csv, name="tablet-health-csv"),
    path("tablets/chains/", integrity_pages.chains, name="chains"),
    path("tablets/<uuid:tablet_id>/chain/", integrity_pages.chain, name="chain"),
    path("tablets/<uuid:tablet_id>/chain/find/", integrity_pages.find, name="chain-find"),
    path("tablets/<uuid:tablet_id>/events/<uuid:event_id>/", integrity_pages.proof, name="proof"),
    path("tablets/configuration/", configuration_pages.page, name="configuration"),
    path("tablets/configuration/pin/", configuration_pages.pin, name="configuration-pin"),
    path("tablets/configuration/<int:pk>/back/", configuration_pages.back, name="configuration-back"),
    path("tablets/groups/", group_pages.index, name="groups"),
    path("tablets/groups/<int:pk>/", group_pages.group, name="group"),
    path("tablets/bundles/", bundle_pages.page, name="bundles"),
    path("tablets/bundles/<str:sha256>.kioskr", bundle_pages.receipt, name="receipt"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("language/", views.language, name="language"),
]
