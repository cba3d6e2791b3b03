"""The forms of allauth with the house's words. Named in the settings (ACCOUNT_FORMS)."""

from allauth.account import forms as stock
from django.core.exceptions import ValidationError

from .forms import in_house_style

NOT_RIGHT = "The user name or the password is not right"


class SignInForm(stock.LoginForm):
    """Says what is missing; never which of the two was wrong."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name"
        self.fields["login"].error_messages["required"] = "Enter your user name"
        self.fields["password"].error_messages["required"] = "Enter your password"
        in_house_style(self.fields["login"])

    def clean(self):
        try:
            return super().clean()
        except ValidationError as refusal:
            if refusal.code == "username_password_mismatch":
                raise ValidationError(NOT_RIGHT, code=refusal.code) from refusal
            raise


class PasswordForm(stock.ChangePasswordForm):
    """Three passwords: the present one, and the new one twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = {"oldpassword": "your current password", "password1": "a new password", "password2": "the new password again"}
        for name, words in asked.items():
            self.fields[name].error_messages["required"] = f"Enter {words}"
        self.fields["password1"].help_text = ""
