"""Kaplan and Meier's estimate: how many are still there after so many days, when some have not left yet."""

from collections import Counter


def kaplan_meier(spans):
    """[(day, share still there after it, how many were there before it)] of each day on which somebody left.

    `spans` are (days, left): who has not left was seen for so many days and counts until then (censored). On one day those who left
    go before those who are censored.
    """
    left = Counter(days for days, has_left in spans if has_left)
    gone = Counter(days for days, _ in spans)
    there, share, curve = len(spans), 1.0, []
    for day in sorted(gone):
        if left[day]:
            share *= 1 - left[day] / there
            curve.append((day, share, there))
        there -= gone[day]
    return curve


def still_there(curve, day):
    """The share after so many days."""
    return next((share for left_on, share, _ in reversed(curve) if left_on <= day), 1.0)


def median_days(curve):
    """The first day after which half or fewer are still there; None while more are."""
    return next((day for day, share, _ in curve if share <= 0.5 + 1e-12), None)
