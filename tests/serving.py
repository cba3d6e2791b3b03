"""The product as gunicorn serves it, its addresses and pages read before the workers fork: tests/test_faults.py kills many."""

from django.template.loader import get_template
from django.urls import get_resolver

from anchored.wsgi import application

get_resolver().reverse_dict  # noqa: B018
for page in ("help/help.html", "patients/move.html"):
    get_template(page)

__all__ = ["application"]
