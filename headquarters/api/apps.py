from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "headquarters.api"
    label = "api"
