from django.urls import path

from headquarters.privacy import pages

app_name = "privacy"

urlpatterns = [
    path("contacts/", pages.contact_list, name="contacts"),
    path("contacts/<uuid:tablet_id>/<uuid:event_id>/", pages.contact, name="contact"),
    path("requests/", pages.request_list, name="requests"),
    path("requests/<int:pk>/", pages.request_page, name="request"),
    path("requests/<int:pk>/data", pages.request_data, name="request-data"),
]
