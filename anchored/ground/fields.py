"""Text columns that keep their limits on every engine. SQLite stores 5,000 characters in a varchar(50); a CHECK does not."""

from functools import partialmethod

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import cached_property

from .text import one_line, plain_text


class LengthChecked:
    """Adds a CHECK on the length, so that ORM and raw SQL meet the same limit as a form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.validators.append(plain_text)

    def db_check(self, connection):
        return f"length({connection.ops.quote_name(self.column)}) <= {self.max_length}"


class Line(LengthChecked, models.CharField):
    """One line of text."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.validators.append(one_line)


class Prose(LengthChecked, models.TextField):
    """Several lines of text, at most 20,000 characters unless said otherwise."""

    def __init__(self, *args, max_length=20_000, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)
        self.validators.append(MaxLengthValidator(max_length))  # Django asks this of a TextField in forms only


class Email(LengthChecked, models.EmailField):
    """One address."""


class Slug(LengthChecked, models.SlugField):
    """A code of letters, digits and hyphens, made by people for rows that code asks for by name."""


class Username(Line):
    """A name to sign in with: ASCII, so that no two look alike or turn into each other when Unicode is normalised."""

    def db_check(self, connection):
        column = connection.ops.quote_name(self.column)
        spelled = "{0} ~ '^[A-Za-z0-9@.+_-]+$'" if connection.vendor == "postgresql" else "{0} <> '' AND {0} NOT GLOB '*[^A-Za-z0-9@.+_-]*'"
        return f"{super().db_check(connection)} AND {spelled.format(column)}"


def _words(row, field):
    value = getattr(row, field.attname)
    return field.words.get(value, value)


class Choice(models.CharField):
    """One word from a list that lives in code; the database refuses any other.

    `get_…_display` reads from a dictionary: Django's own makes the list anew for each word of a page.
    """

    def __init__(self, *args, max_length=30, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, f"get_{name}_display", partialmethod(_words, field=self))

    @cached_property
    def words(self):
        """{value: label}."""
        return dict(self.flatchoices)

    def db_check(self, connection):
        allowed = [value for value, _ in self.flatchoices]
        if self.blank:
            allowed.append("")
        words = ", ".join("'{}'".format(str(value).replace("'", "''")) for value in dict.fromkeys(allowed))
        return f"{connection.ops.quote_name(self.column)} IN ({words})"
