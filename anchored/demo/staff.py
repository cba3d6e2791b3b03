"""A dozen staff over all roles; with many people, more clinicians and supervisors."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from anchored.accounts.models import RoleGrant, Supervision, User
from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.ground.text import fold
from patients.models import ProgramStaff

from . import places
from .bundled import NAMES

PASSWORD = "harbor-lantern-42"
YEARS_HERE = 10

# username, given name, family name, credential, role, programs
PEOPLE = [
    ("lindqvist", "Sofia", "Lindqvist", "LCSW", Role.CLINICIAN, (places.EVENING, places.DAY)),
    ("mensah", "David", "Mensah", "LADC", Role.CLINICIAN, (places.DETOX, places.RESIDENTIAL, places.PHP)),
    ("ortiz", "Paula", "Ortiz", "LMHC", Role.CLINICIAN, (places.DETOX, places.PHP, places.DAY)),
    ("ruiz", "Rafael", "Ruiz", "LADC", Role.CLINICIAN, (places.OUTPATIENT, places.ALUMNI, places.EVENING)),
    ("haddad", "Amal", "Haddad", "LCSW", Role.CLINICIAN, (places.RESIDENTIAL, places.EVENING)),
    ("novak", "Ingrid", "Novak", "PhD, LADC", Role.SUPERVISOR, ()),
    ("baptiste", "Theo", "Baptiste", "LCSW", Role.SUPERVISOR, ()),
    ("rahman", "Nadia", "Rahman", "MD", Role.PRESCRIBER, places.PROGRAMS[:-1]),
    ("whitlock", "Grace", "Whitlock", "RN", Role.PRESCRIBER, (places.DETOX, places.RESIDENTIAL)),
    ("castellano", "Ben", "Castellano", "", Role.FRONT_DESK, places.PROGRAMS),
    ("feldman", "Ruth", "Feldman", "JD, CHC", Role.PRIVACY_OFFICER, ()),
    ("sayed", "Omar", "Sayed", "", Role.ADMINISTRATOR, ()),
]
SUPERVISED = {"novak": ("lindqvist", "mensah", "ortiz", "ruiz", "haddad"), "baptiste": ("mensah", "haddad")}
CREDENTIALS = ("LCSW", "LADC", "LMHC", "LPC", "LMFT")


@dataclass
class Staff:
    """Who works here, by what they do."""

    posted: dict = field(default_factory=dict)  # program -> its clinicians
    clinicians: list = field(default_factory=list)
    floating: list = field(default_factory=list)  # clinicians without a post in a program
    supervisors: list = field(default_factory=list)
    prescribers: list = field(default_factory=list)
    supervisor_of: dict = field(default_factory=dict)  # clinician -> supervisor
    loads: dict = field(default_factory=dict)  # clinician -> patients in primary care
    desk: User | None = None

    def least_busy(self, program):
        """The clinician with the fewest patients, of those who work in a program or have no post."""
        clinician = min([*self.posted[program], *self.floating], key=lambda user: self.loads[user])
        self.loads[clinician] += 1
        return clinician


def make(house, size, seed):
    """Everybody who works here, with roles, posts and supervision since some years."""
    since = house.today - timedelta(days=365 * YEARS_HERE)
    staff = Staff(posted={name: [] for name in places.PROGRAMS})
    password = make_password(PASSWORD)
    users = {username: _user(username, *names, password) for username, *names, _, _ in PEOPLE}
    for username, *_, role, posts in PEOPLE:
        _employ(staff, users[username], role, since)
        _post(staff, users[username], [house.programs[name] for name in posts], since)
    for supervisor, clinicians in SUPERVISED.items():
        _supervise(staff, users[supervisor], [users[clinician] for clinician in clinicians], since)
    _add_floating(staff, size, seed, password, since)
    return staff


def sign_ins():
    """One person for each role, who may sign in today: (role, name, username)."""
    first = {role: username for username, *_, role, _ in reversed(PEOPLE)}
    users = User.objects.filter(is_active=True).in_bulk(first.values(), field_name="username")
    return [(role.label, str(users[first[role]]), first[role]) for role in Role if first[role] in users]


def usernames_taken():
    usernames = [username for username, *_ in PEOPLE]
    return sorted(User.objects.filter(username__in=usernames).values_list("username", flat=True))


def _user(username, given_name, family_name, credential, password):
    names = {"username": username, "given_name": given_name, "family_name": family_name, "credential": credential}
    user = User(**names, email=f"{username}@clinic.example", password=password)
    user.full_clean()
    user.save()
    trail.record("demo.staff_made", user, by=None)
    return user


def _employ(staff, user, role, since):
    RoleGrant.objects.create(user=user, role=role, started_on=since)
    if role == Role.CLINICIAN:
        staff.clinicians.append(user)
        staff.loads[user] = 0
    elif role == Role.SUPERVISOR:
        staff.supervisors.append(user)
    elif role == Role.PRESCRIBER:
        staff.prescribers.append(user)
    elif role == Role.FRONT_DESK:
        staff.desk = user


def _post(staff, user, programs, since):
    for program in programs:
        ProgramStaff.objects.create(program=program, user=user, started_on=since)
        if user in staff.clinicians:
            staff.posted[program.name].append(user)


def _supervise(staff, supervisor, clinicians, since):
    for clinician in clinicians:
        Supervision.objects.create(supervisor=supervisor, clinician=clinician, started_on=since)
        staff.supervisor_of.setdefault(clinician, supervisor)


def _add_floating(staff, size, seed, password, since):
    """More clinicians, in groups with a supervisor each; they see their own caseload, not a whole program."""
    rng = Random(f"{seed} staff")
    taken = {username for username, *_ in PEOPLE}
    more = size.clinicians_besides(len(staff.clinicians))
    for start in range(0, more, places.CLINICIANS_OF_A_SUPERVISOR):
        supervisor = _somebody(rng, taken, password)
        _employ(staff, supervisor, Role.SUPERVISOR, since)
        clinicians = [_somebody(rng, taken, password) for _ in range(min(places.CLINICIANS_OF_A_SUPERVISOR, more - start))]
        for clinician in clinicians:
            _employ(staff, clinician, Role.CLINICIAN, since)
        staff.floating += clinicians
        _supervise(staff, supervisor, clinicians, since)


def _somebody(rng, taken, password):
    given, family = rng.choice(NAMES[rng.choice(["women", "men"])]), rng.choice(NAMES["families"])
    username = "".join(letter for letter in fold(f"{given[0]}{family}") if letter.isalpha())
    while username in taken:
        username += str(rng.randint(2, 9))
    taken.add(username)
    return _user(username, given, family, rng.choice(CREDENTIALS), password)
