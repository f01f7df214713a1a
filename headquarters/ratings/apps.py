from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "headquarters.ratings"
    label = "ratings"
