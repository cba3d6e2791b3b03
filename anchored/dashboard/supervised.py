"""Those whom somebody supervises: with the most patients that each may have, and at which level they stand."""

from django.db.models import OuterRef, Subquery

from anchored.accounts.models import RoleGrant, Supervision


def supervised(user, *, every_level=False):
    """Those whom this person supervises today, by name, each with `cap` (patients at most) and `level`, in one statement.

    The next level are those whom they supervise in turn. Nobody is named twice, the person least of all.
    """
    caps = RoleGrant.objects.now().filter(user=OuterRef("clinician"), caseload__isnull=False).order_by("-caseload").values("caseload")
    rows = Supervision.objects.now().select_related("clinician").annotate(cap=Subquery(caps[:1]))
    if not every_level:
        rows = rows.filter(supervisor=user)
    below: dict = {}
    for row in rows:
        below.setdefault(row.supervisor_id, []).append(row)
    found, heads, level = {}, [user.pk], 1
    while heads:
        following = [row for head in heads for row in below.get(head, []) if row.clinician_id not in found and row.clinician_id != user.pk]
        for row in following:
            row.clinician.cap, row.clinician.level = row.cap, level
            found[row.clinician_id] = row.clinician
        heads, level = list(dict.fromkeys(row.clinician_id for row in following)), level + 1
    return sorted(found.values(), key=lambda person: (person.level, person.family_name, person.given_name))
