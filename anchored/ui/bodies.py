"""What a request may bring along: how much, and files with their names as they were sent."""

from html import unescape

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.urls import Resolver404, resolve

from . import errors

LARGEST_FILE = 20 * 1024 * 1024
AROUND_A_FORM = 100_000  # bytes around the fields: names, boundaries, headers
AROUND_A_FILE = 1_048_576  # the other fields of its form, and the same
TOO_MUCH = "What was sent is too large, and nothing of it was kept. A file may have up to 20 MB."


def takes_a_file(view):
    """Of a view whose form has a file: larger bodies come through to it."""
    view.takes_a_file = True
    return view


class Bodies:
    """A body beyond the limit is answered with words before it is read: 413. Files come from people who signed in, and only
    to where a form has one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = _length(request)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE + AROUND_A_FORM and length > _most(request):
            return errors.answer(request, 413, "Too large", TOO_MUCH)
        return self.get_response(request)


def _length(request):
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdigit() else 0


def _most(request):
    """How many bytes may come to this address."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    is_for_files = getattr(view, "takes_a_file", False) and request.user.is_authenticated
    return LARGEST_FILE + AROUND_A_FILE if is_for_files else 0


class NamesAsSent(FileUploadHandler):
    """The first of the handlers: reads the body with a parser that keeps each file's name as it was sent."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        others = [handler for handler in self.request.upload_handlers if handler is not self]  # type: ignore[union-attr]
        return _Parser(META, input_data, others, encoding).parse()

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None


class _Parser(MultiPartParser):
    """Django drops path parts and control characters from a name silently. Here they stay in `name_as_sent`, to be refused."""

    def sanitize_file_name(self, file_name):
        self.sent = unescape(file_name)
        return super().sanitize_file_name(file_name) or "unnamed"

    def handle_file_complete(self, old_field_name, counters):
        super().handle_file_complete(old_field_name, counters)
        for file in self._files.getlist(old_field_name)[-1:]:  # type: ignore[attr-defined]  # made by `parse`
            file.name_as_sent = self.sent
