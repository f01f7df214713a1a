from django.urls import path

from headquarters.citizens import lookup, rating

app_name = "citizens"

urlpatterns = [
    path("p/<str:token>", rating.rate, name="rate"),
    path("p/<str:token>/cam-on", rating.thanks, name="thanks"),
    path("tra-cuu", lookup.form, name="lookup"),
    path("tra-cuu/<str:code>", lookup.state, name="lookup-code"),
    path("tra-cuu/<str:code>/danh-gia", lookup.rate, name="lookup-rate"),
    # A QR with capitals only is smaller; somebody may type the slash.
    path("P/<str:token>", rating.rate),
    path("TRA-CUU/<str:code>", lookup.state),
    path("tra-cuu/", lookup.form),
]
