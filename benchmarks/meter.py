"""How many statements an answer took."""

from django.db import connection

HEADER = "X-Statements"


class Statements:
    """Counts what goes to the database, without BEGIN and COMMIT."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        counted = 0

        def count(execute, sql, params, many, context):
            nonlocal counted
            counted += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[HEADER] = str(counted)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response
