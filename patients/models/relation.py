"""The relations that open charts, as one view of the database: who, whose chart, from what to when."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.triggers import view

from .patient import Patient

# Open relations and those that ended with their episode stand in branches of their own, so that each finds its index.
CARE = "LEFT JOIN patients_episode e ON e.id = m.episode_id"  # left: PostgreSQL drops it where the patient is not asked for
LEFT = "JOIN patients_discharge d ON d.id = m.closed_with_id AND d.undone_at IS NULL"
SOONER = "CASE WHEN s.ended_on IS NULL OR m.ended_on < s.ended_on THEN m.ended_on ELSE s.ended_on END"
RELATIONS = f"""
CREATE VIEW patients_relation AS
SELECT m.user_id AS user_id, e.patient_id AS patient_id, m.episode_id AS episode_id, 'care team' AS kind, TRUE AS is_open,
       {{no_day}} AS left_on,
       m.started_on AS started_on, {{ever}} AS post_started_on, {{no_day}} AS post_ended_on, {{no_moment}} AS registered_at
  FROM patients_careteammember m {CARE} WHERE m.ended_on IS NULL
UNION ALL
SELECT m.user_id, e.patient_id, m.episode_id, 'cover', TRUE, {{no_day}}, m.started_on, {{ever}}, m.ended_on, {{no_moment}}
  FROM patients_careteammember m {CARE} WHERE m.part = 'covering' AND m.ended_on IS NOT NULL AND m.closed_with_id IS NULL
UNION ALL
SELECT s.supervisor_id, e.patient_id, m.episode_id, 'supervision', TRUE, {{no_day}}, m.started_on, s.started_on, {SOONER}, {{no_moment}}
  FROM accounts_supervision s JOIN patients_careteammember m ON m.user_id = s.clinician_id AND m.ended_on IS NOT NULL {CARE}
 WHERE m.part = 'covering' AND m.closed_with_id IS NULL
UNION ALL
SELECT m.user_id, e.patient_id, m.episode_id, 'care team', FALSE, m.ended_on, m.started_on, {{ever}}, {{no_day}}, {{no_moment}}
  FROM patients_careteammember m {CARE} {LEFT}
UNION ALL
SELECT s.supervisor_id, e.patient_id, m.episode_id, 'supervision', TRUE, {{no_day}}, m.started_on, s.started_on, s.ended_on, {{no_moment}}
  FROM accounts_supervision s JOIN patients_careteammember m ON m.user_id = s.clinician_id AND m.ended_on IS NULL {CARE}
UNION ALL
SELECT s.supervisor_id, e.patient_id, m.episode_id, 'supervision', FALSE, m.ended_on, m.started_on, s.started_on, s.ended_on, {{no_moment}}
  FROM accounts_supervision s JOIN patients_careteammember m ON m.user_id = s.clinician_id {CARE} {LEFT}
UNION ALL
SELECT p.user_id, e.patient_id, m.episode_id, 'program', TRUE, {{no_day}}, {{ever}}, p.started_on, p.ended_on, {{no_moment}}
  FROM patients_programstaff p JOIN patients_stay m ON m.program_id = p.program_id AND m.ended_on IS NULL {CARE}
UNION ALL
SELECT p.user_id, e.patient_id, m.episode_id, 'program', FALSE, m.ended_on, {{ever}}, p.started_on, p.ended_on, {{no_moment}}
  FROM patients_programstaff p JOIN patients_stay m ON m.program_id = p.program_id {CARE}
 WHERE m.ended_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM patients_stay n WHERE n.previous_id = m.id)
UNION ALL
SELECT m.opened_by_id, e.patient_id, m.episode_id, 'hand-over', TRUE, {{no_day}}, {{ever}}, {{ever}}, {{no_day}}, {{no_moment}}
  FROM patients_stay m {CARE} WHERE m.ended_on IS NULL AND m.accepted_at IS NULL AND m.previous_id IS NOT NULL
UNION ALL
SELECT r.registered_by_id, r.id, {{no_episode}}, 'intake', TRUE, {{no_day}}, {{ever}}, {{ever}}, {{no_day}}, r.registered_at
  FROM patients_patient r
 WHERE r.registered_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM patients_episode e WHERE e.patient_id = r.id)
UNION ALL
SELECT r.received_by_id, r.patient_id, {{no_episode}}, 'referral', TRUE, {{no_day}}, {{ever}}, {{ever}}, {{no_day}}, {{no_moment}}
  FROM patients_referral r WHERE r.closed_at IS NULL
UNION ALL
SELECT p.user_id, r.patient_id, {{no_episode}}, 'referral', TRUE, {{no_day}}, {{ever}}, p.started_on, p.ended_on, {{no_moment}}
  FROM patients_referral r JOIN patients_programstaff p ON (p.program_id = r.program_id OR r.program_id IS NULL) WHERE r.closed_at IS NULL
UNION ALL
SELECT i.started_by_id, i.patient_id, {{no_episode}}, 'intake', TRUE, {{no_day}}, {{ever}}, {{ever}}, {{no_day}}, {{no_moment}}
  FROM patients_intake i WHERE i.closed_at IS NULL
UNION ALL
SELECT p.user_id, i.patient_id, {{no_episode}}, 'intake', TRUE, {{no_day}}, {{ever}}, p.started_on, p.ended_on, {{no_moment}}
  FROM patients_intake i JOIN patients_programstaff p ON p.program_id = i.program_id WHERE i.closed_at IS NULL
UNION ALL
SELECT p.user_id, w.patient_id, {{no_episode}}, 'waitlist', TRUE, {{no_day}}, {{ever}}, p.started_on, p.ended_on, {{no_moment}}
  FROM patients_waitlistentry w JOIN patients_programstaff p ON p.program_id = w.program_id WHERE w.closed_at IS NULL
"""  # noqa: S608 (joins of our own, no value of anybody)
view(
    "patients_relation",
    "patients_waitlistentry",
    postgresql=RELATIONS.format(ever="DATE '1900-01-01'", no_day="NULL::date", no_moment="NULL::timestamptz", no_episode="NULL::uuid"),
    sqlite=RELATIONS.format(ever="'1900-01-01'", no_day="NULL", no_moment="NULL", no_episode="NULL"),
)


def days_of_grace():
    """What the relations depend on besides their days: how long a discharge and an intake hold on."""
    return settings.CHART_DAYS_AFTER_DISCHARGE, settings.INTAKE_DAYS


class RelationQuerySet(models.QuerySet):
    def opening_for(self, user):
        """The relations of a person that open charts today."""
        day = today()
        since = day - timedelta(days=settings.CHART_DAYS_AFTER_DISCHARGE)
        lately = timezone.make_aware(datetime.combine(day - timedelta(days=settings.INTAKE_DAYS), time.min))
        return self.filter(
            Q(is_open=True) | Q(left_on__gte=since),
            Q(post_ended_on=None) | Q(post_ended_on__gt=day),
            Q(registered_at=None) | Q(registered_at__gte=lately),
            user=user,
            started_on__lte=day,
            post_started_on__lte=day,
        )


class Relation(models.Model):
    """One reason why a chart opens for somebody.

    Care team, with somebody who covers for some days; supervisor of a care-team member (the supervision is the post); staff
    of the program of the current stay (that is the post); whoever moved the patient, until the receiving program has accepted;
    whoever registered a person not admitted yet. While a referral is open, who took it and the staff of the program it asks
    for (of any, when it names none); while an admission is in the making, who began it and the staff of its program; while
    somebody waits for a program, its staff. `left_on` is the discharge that ended it, after which it holds on for some days.
    """

    patient = models.OneToOneField(Patient, on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    episode_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    is_open = models.BooleanField()
    left_on = models.DateField(null=True)
    started_on = models.DateField()
    post_started_on = models.DateField()
    post_ended_on = models.DateField(null=True)
    registered_at = models.DateTimeField(null=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "patients_relation"

    def __str__(self):
        return self.kind
