"""Where scanned papers lie: outside of everything the web serves, under names that say nothing, written before their row is."""

import os
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages


class Shelf(FileSystemStorage):
    """Files that are on the disk, with their folder, when `save` returns. They have no address."""

    def _save(self, name, content):
        name = super()._save(name, content)
        for path in (self.path(name), self.location):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return name

    def url(self, name):
        raise ValueError("A scanned paper has no address of its own: it goes through the door of its chart.")


def shelf():
    return storages["documents"]


@contextmanager
def kept(key, content):
    """Put a file on the shelf; it is taken down again when the block fails, as the database takes back its rows."""
    try:
        shelf().save(str(key), ContentFile(content))
        yield
    except BaseException:
        shelf().delete(str(key))
        raise


def read(key):
    """The bytes of a file; None when it is not there."""
    try:
        with shelf().open(str(key)) as file:
            return file.read()
    except FileNotFoundError:
        return None


def names():
    """The names of all files on the shelf."""
    return set(shelf().listdir("")[1]) if os.path.isdir(shelf().location) else set()
