"""The first person of a new house."""

import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from anchored.accounts.models import RoleGrant, User
from anchored.accounts.roles import Role


class Command(BaseCommand):
    help = "Create a person with the role of administrator, who sets up everyone else in the admin."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--given-name", required=True)
        parser.add_argument("--family-name", default="")

    def handle(self, *args, username, given_name, family_name, **options):
        password = getpass.getpass("Password, at least 12 characters: ")
        try:
            validate_password(password, User(username=username, given_name=given_name, family_name=family_name))
            with transaction.atomic():
                user = User.objects.create_user(username, password, given_name=given_name, family_name=family_name)
                RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{user} may sign in and open /admin/.")
