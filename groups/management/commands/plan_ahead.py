from django.core.management.base import BaseCommand

from groups.actions import plan


class Command(BaseCommand):
    help = (
        "Makes the sessions that the slots of all groups mean for the next 8 weeks, and cancels those planned for a slot that"
        " has ended or a day that is closed. Safe to run again; nightly does it too."
    )

    def handle(self, *args, **options):
        self.stdout.write(f"{plan.follow()}.")
