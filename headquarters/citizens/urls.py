from django.urls import path

from headquarters.citizens import board, lookup, rating

app_name = "citizens"

urlpatterns = [
    path("p/<str:token>", rating.rate, name="rate"),
    path("p/<str:token>/cam-on", rating.thanks, name="thanks"),
    path("tra-cuu", lookup.form, name="lookup"),
    path("tra-cuu/<str:code>", lookup.state, name="lookup-code"),
    path("tra-cuu/<str:code>/danh-gia", lookup.rate, name="lookup-rate"),
    path("tra-cuu/<str:code>/xem-lai", lookup.again, name="lookup-again"),
    path("da-sua", board.board, name="board"),
    # A QR with capitals only is smaller; somebody may type the slash.
    path("P/<str:token>", rating.rate),
    path("TRA-CUU/<str:code>", lookup.state),
    path("tra-cuu/", lookup.form),
    path("da-sua/", board.board),
]
