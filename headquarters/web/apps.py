from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "headquarters.web"
    label = "web"
