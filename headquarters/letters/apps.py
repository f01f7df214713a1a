from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "headquarters.letters"
    label = "letters"
