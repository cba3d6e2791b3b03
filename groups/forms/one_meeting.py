"""One session by itself: cancelled, moved, covered by a colleague."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone

from anchored.accounts.models import RoleGrant, User
from anchored.accounts.roles import GRANTS, Permission
from anchored.ui.fields import DayField, OneOf, TimeOfDayField
from anchored.ui.forms import LaidOut


class CancelForm(LaidOut, forms.Form):
    because = forms.CharField(label="Why", max_length=300, error_messages={"required": "Write why the session is cancelled"})


class MoveForm(LaidOut, forms.Form):
    """Another day, start or room; the length stays."""

    on = DayField(label="Day", error_messages={"required": "Enter the day"})
    starts = TimeOfDayField(label="From", error_messages={"required": "Enter when it begins, like 9:00"})
    room = forms.CharField(label="Room", max_length=80, required=False)

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        began = timezone.localtime(session.started_at)
        self.initial.update(on=session.held_on, starts=began.hour * 60 + began.minute, room=session.room)


class CoverForm(LaidOut, forms.Form):
    """Who leads the session in place of the facilitator."""

    colleague = OneOf(User.objects.none(), label="Colleague", empty_label="Nobody covers it", required=False)

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = who_may_lead()
        self.initial.update(colleague=session.covered_by_id)


def who_may_lead():
    """People whose role in force lets them lead groups."""
    roles = [role for role, permissions in GRANTS.items() if Permission.LEAD_GROUPS in permissions]
    grants = RoleGrant.objects.now().filter(user=OuterRef("pk"), role__in=roles)
    return User.objects.filter(Exists(grants), is_active=True).order_by("family_name", "given_name")
