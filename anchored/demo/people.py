"""Who they are: names, contact, what to know first. All made up; phone numbers are those kept for stories."""

from anchored.ground.dates import age_on
from patients.models import NamedAccess, Patient, SafetyFlag

from .bundled import NAMES, WORDS
from .house import days
from .places import DAY, DETOX, EVENING, OUTPATIENT, PHP, RESIDENTIAL
from .rows import new_id

Kind = SafetyFlag.Kind
MALE, FEMALE, BLACK, ASIAN = "1", "2", "4", "13"
AREA_CODES = ("413", "508", "617", "978")
# People who are easily taken for each other, and where they are today: (given name, family name, sex, program).
ALIKE = [
    ("Rosa", "Álvarez", FEMALE, EVENING),
    ("Rosalind", "Álvarez", FEMALE, DAY),
    ("Joon", "Kim", MALE, EVENING),
    ("Jun", "Kim", MALE, EVENING),
    ("John", "Murphy", MALE, RESIDENTIAL),
    ("John", "Murphy", MALE, EVENING),
    ("Thea", "Osei", FEMALE, PHP),
    ("Mina", "Castello", FEMALE, DETOX),
    ("Dele", "Okoye", MALE, OUTPATIENT),
]
RESTRICTED = (46, 90)


def namesakes(people):
    """Person's number -> the name given to stand out. Of those who fit, whoever has come the longest way."""
    names = {}
    for given, family, sex, program in ALIKE:
        fitting = [
            person
            for person in people
            if person.program_today == program and person.facts.person["sex"] == sex and person.number not in names
        ]
        if fitting:
            names[max(fitting, key=_way_so_far).number] = (given, family)
    return names


def _way_so_far(person):
    return len(person.courses[-1].programs), -person.number


def patient(person, name, house, staff, rng):
    """The person as known today: the circumstances are those of the last admission."""
    facts = person.facts
    given, family = name or _name(facts, rng)
    return Patient(
        id=new_id(rng),
        given_name=given,
        family_name=family,
        birth_date=_birth_date(person, rng),
        restricted=person.number in RESTRICTED,
        registered_by=staff.desk,
        registered_at=house.at(person.first_day, rng, earliest=8, latest=8),
        **_how_to_address(given, facts.person["sex"], rng),
        **_contact(given, family, rng),
        **_language(facts, rng),
        allergies=rng.choice(NAMES["allergies"]) if rng.random() < 0.28 else "",
        **facts.person,
        **facts.circumstances,
    )


def _name(facts, rng):
    sort = "women" if facts.person["sex"] == FEMALE else "men"
    given, families, group = NAMES[sort], NAMES["families"], _group(facts)
    if group in ("hispanic", "asian"):
        given, families = NAMES[group][sort], NAMES[group]["families"]
    elif group == "black" and rng.random() < 0.25:
        families = NAMES["black"]["families"]
    return rng.choice(given), rng.choice(families)


def _group(facts):
    if facts.is_hispanic:
        return "hispanic"
    return {ASIAN: "asian", BLACK: "black"}.get(facts.person["race"], "")


def _birth_date(person, rng):
    """So that the age at the last admission is the one drawn."""
    admitted = person.courses[-1].begins[0]
    day = admitted - days(round(365.25 * person.facts.age) + rng.randint(1, 360))
    while age_on(day, admitted) > person.facts.age:
        day += days(3)
    while age_on(day, admitted) < person.facts.age:
        day -= days(3)
    return day


def _how_to_address(given, sex, rng):
    number = rng.random()
    pronouns = ("she/her" if sex == FEMALE else "he/him") if number < 0.55 else "they/them" if number < 0.575 else ""
    short = NAMES["preferred"].get(given, "")
    return {"pronouns": pronouns, "preferred_name": short if rng.random() < 0.45 else ""}


def _contact(given, family, rng):
    town, postal_code = rng.choice(NAMES["towns"])
    address = "".join(letter for letter in f"{given}.{family}".lower() if letter.isascii() and (letter.isalpha() or letter == "."))
    return {
        "phone": f"({rng.choice(AREA_CODES)}) 555-01{rng.randint(0, 99):02}" if rng.random() < 0.94 else "",
        "email": f"{address}@mail.example" if rng.random() < 0.6 else "",
        "street": f"{rng.randint(2, 480)} {rng.choice(NAMES['streets'])}",
        "city": town,
        "state": "MA",
        "postal_code": postal_code,
    }


def _language(facts, rng):
    """Most speak English; a few need an interpreter."""
    group, number, languages = _group(facts), rng.random(), NAMES["languages"]
    if group == "hispanic" and number < 0.4:
        return {"language": languages["hispanic"], "needs_interpreter": number < 0.22}
    if group == "asian" and number < 0.6:
        return {"language": rng.choice(languages["asian"]), "needs_interpreter": number < 0.4}
    if number < 0.02:
        return {"language": rng.choice(languages["other"]), "needs_interpreter": True}
    return {"language": "English", "needs_interpreter": False}


def flags(person, patient, house, raised_by, rng):
    """What everybody who meets the person must know first. Closed when the last episode ended, or the danger passed."""
    course = person.courses[-1]
    for kind, likelihood, sentences in _dangers(person):
        if rng.random() < likelihood:
            yield _flag(patient, kind, rng.choice(sentences), course.begins[0], _closed_on(course, kind), house, raised_by, rng)


def _dangers(person):
    facts, words = person.facts, WORDS["flags"]
    low_mood = 0.16 if facts.admission["cooccurring"] == "1" else 0.03
    yield Kind.OVERDOSE, 0.3 if facts.takes_opioids else 0.02, words["overdose"]
    yield Kind.SELF_HARM, low_mood, words["self_harm"]
    yield Kind.WITHDRAWAL, 0.7 if person.courses[-1].programs[0] == DETOX else 0, words["withdrawal"]
    yield Kind.VIOLENCE, 0.02, words["violence"]
    if facts.admission["pregnant"] == "1":
        yield Kind.MEDICAL, 1, words["pregnant"]
    else:
        yield Kind.MEDICAL, 0.05, words["medical"]
    yield Kind.SAFETY_PLAN, 0.12, words["safety_plan"]


def _closed_on(course, kind):
    if kind == Kind.WITHDRAWAL and len(course.begins) > 1:
        return course.begins[1]
    return course.ended_on


def _flag(patient, kind, note, raised_on, closed_on, house, by, rng):
    closed = {"ended_on": closed_on, "closed_by": by, "closed_at": house.at(closed_on, rng, latest=15)} if closed_on else {}
    raised_at = house.at(raised_on, rng, earliest=8, latest=8)
    return SafetyFlag(
        id=new_id(rng), patient=patient, kind=kind, note=note, started_on=raised_on, raised_by=by, raised_at=raised_at, **closed
    )


def names_on_restricted(patient, users, named_by, house, rng):
    """A restricted record opens for the people named on it."""
    for user in users:
        yield NamedAccess(
            patient=patient, user=user, named_by=named_by, started_on=house.today - days(30), named_at=house.at(house.today - days(30), rng)
        )
