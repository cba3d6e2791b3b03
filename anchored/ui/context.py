"""What every page needs to know of the house and of the person in front of it."""

from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from anchored import __version__
from anchored.accounts.roles import Permission

from . import shortcuts

# label, URL name, the permission it needs
NAV = (
    ("Today", "today", Permission.SEE_TODAY),
    ("Patients", "patients:list", Permission.FIND_PATIENTS),
    ("Referrals", "referrals", Permission.TAKE_REFERRALS),
    ("Continuum", "continuum", Permission.SEE_CONTINUUM),
    ("Groups", "timetable", Permission.SEE_GROUPS),
    ("Caseloads", "caseloads", Permission.SEE_CASELOADS),
    ("To cosign", "cosign_queue", Permission.COSIGN),
    ("Reports", "reports", Permission.SEE_REPORTS),
    ("TEDS", "teds", Permission.SEND_TEDS),
    ("Restricted records", "restricted", Permission.RESTRICT_RECORDS),
    ("Duplicates", "duplicates", Permission.RESTRICT_RECORDS),
    ("Administration", "admin:index", Permission.CONFIGURE),
)


def house(request):
    """Name and version for all; navigation, search and shortcuts for whoever is signed in."""
    user = getattr(request, "user", None)
    words = {"version": __version__, "clinic": settings.CLINIC_NAME, "theme": "system"}
    if user is None or not user.is_authenticated:
        return words
    return words | {
        "theme": user.theme,
        "nav": [(label, url, request.path.startswith(url)) for label, url in _nav(user.permissions, settings.ROOT_URLCONF)],
        "may_find": user.holds(Permission.FIND_PATIENTS),
        "writes_notes": user.holds(Permission.WRITE_NOTES),
        "sees_today": user.holds(Permission.SEE_TODAY),
        "shortcuts": shortcuts.for_page(user),
    }


@lru_cache(maxsize=64)
def _nav(permissions, urls):
    entries = []
    for label, name, permission in NAV:
        if permission in permissions:
            try:
                entries.append((label, reverse(name)))
            except NoReverseMatch:
                continue
    return entries
