from django.core.management.base import BaseCommand

from groups.planning import plan_ahead


class Command(BaseCommand):
    help = "Makes the sessions that the slots of all groups mean for the next 8 weeks. Safe to run again; nightly does it too."

    def handle(self, *args, **options):
        made = plan_ahead()
        self.stdout.write(f"{made} session{'' if made == 1 else 's'} planned.")
