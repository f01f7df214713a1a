from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "headquarters.demo"
    label = "demo"
