"""Words the house writes, and those it leaves. Shown at /help/language/."""

WORDING = (
    ("addict, abuser, user, alcoholic", "person with substance (alcohol) use disorder"),
    ("substance abuse", "substance use"),
    ("clean, dirty (of a test), failed, passed", "negative, positive, expected, unexpected"),
    ("clean (of a person), former addict", "in recovery"),
    ("relapse (the event)", "return to use (“Relapse prevention” stays a group title)"),
    ("non-compliant, in denial", "did not attend; has not yet; sees it differently"),
    ("refused; no-show", "declined; absent, no contact"),
    ("dropped out, terminated, kicked out", "left before completion; discharged"),
    ("MAT, replacement therapy", "medication for opioid (alcohol) use disorder"),
    ("frequent flyer", "returned to care"),
)
