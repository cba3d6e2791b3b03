"""Too many wrong passwords for one account from one address."""

import ipaddress

from django.conf import settings
from django.shortcuts import render
from django.utils.crypto import salted_hmac


def locked_out(request, credentials, *args, **kwargs):
    """The same words whether the password was right or not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "account/lockout.html", {"minutes": minutes}, status=429)


def account_of(request, credentials=None):
    """Which account is being tried, in any case. A seal of what was typed, not the words: people type passwords there."""
    typed = (credentials or {}).get("username") or request.POST.get("login", "")
    return salted_hmac("lockout", typed.casefold()).hexdigest()


def address_of(request):
    """Where the person sits: what the nearest trusted proxy saw. Headers are believed from those proxies only."""
    here = request.META.get("REMOTE_ADDR") or None
    if not settings.TRUSTED_PROXIES:
        return here
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    claimed = seen[-settings.TRUSTED_PROXIES] if len(seen) >= settings.TRUSTED_PROXIES else ""
    try:
        return str(ipaddress.ip_address(claimed))
    except ValueError:
        return here
