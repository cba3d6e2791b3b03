"""What the foundation does of itself and the trail has to know: signing in and out, and every change in the admin."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver

from . import trail

ADMIN_ACTS = {1: "admin.added", 2: "admin.changed", 3: "admin.deleted"}


@receiver(user_logged_in)
def somebody_signed_in(sender, user, **kwargs):
    trail.record("session.began", user, by=user)


@receiver(user_logged_out)
def somebody_signed_out(sender, user, **kwargs):
    if user is not None:
        trail.record("session.ended", user, by=user)


@receiver(user_login_failed)
def somebody_could_not_sign_in(sender, credentials, **kwargs):
    """Without the name that was typed: people type passwords there."""
    trail.record("session.refused", by=None)


@receiver(post_save, sender=LogEntry)
def somebody_configured(sender, instance, created, **kwargs):
    """Which row and which kind of act; never the values."""
    if created:
        subject = f"{instance.content_type.app_label}.{instance.content_type.model}:{instance.object_id}" if instance.content_type else ""
        trail.record(ADMIN_ACTS.get(instance.action_flag, "admin.acted"), by=instance.user, about=subject[:120])
