from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "anchored.accounts"
    label = "accounts"
    verbose_name = "People and roles"
