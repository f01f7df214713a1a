from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "headquarters.accounts"
    label = "accounts"
