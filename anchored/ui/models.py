"""Forms that were sent, so that sending one twice has its effect once."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from anchored.ground.fields import Line


class SentForm(models.Model):
    """A form that somebody sent and where the answer led. Holds nothing of what was typed; forgotten after two days."""

    token = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    path = Line(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    answer = Line(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "user", "path"], name="a_form_is_sent_once")]
        indexes = [models.Index(fields=["at"], name="sent_forms_by_age")]
