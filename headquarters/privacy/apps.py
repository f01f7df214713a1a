from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "headquarters.privacy"
    label = "privacy"
