"""One person may have several accounts: the condition, in words of both engines, that two of them are one person's."""


def same_person(one, other):
    """`one` and `other` are expressions of account ids, such as NEW.signed_by_id."""
    person = "coalesce({0}.first_account_id, {0}.id)"
    return (
        f"EXISTS (SELECT 1 FROM accounts_user one JOIN accounts_user other ON {person.format('one')} = {person.format('other')}"
        f" WHERE one.id = {one} AND other.id = {other})"
    )
