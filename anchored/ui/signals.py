"""News for the floors above."""

from django.dispatch import Signal

night = Signal()  # the nightly command runs; a receiver does its part and gives the words for what it did
