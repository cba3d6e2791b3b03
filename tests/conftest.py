"""What every test stands on: an engine, guards that step aside between tests, and a browser that hides nothing."""

import gc
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.template.base import Template

as_in_the_product = Template._render
NOTHING_SKIPPED = os.environ.get("REQUIRE_ENGINES", "0") != "0"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Journeys are marked by their folder; tests that speak of one engine are left out on the other."""
    from django.db import connection

    absent = {"postgresql", "sqlite"} - {connection.vendor}
    for item in items:
        if Path(__file__).parent / "browser" in item.path.parents:
            item.add_marker("browser")
    left_out = [item for item in items if any(item.get_closest_marker(engine) for engine in absent)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish():
    """What is loaded by now stays to the end, as in a worker of deploy/gunicorn.conf.py: the garbage collection passes it over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where every engine and the browser must be there, a skipped test has failed."""
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped where nothing may be: {call.excinfo.value}"
    return report


@pytest.fixture(scope="session", autouse=True)
def pages_are_rendered_as_in_the_product(django_test_environment):
    """Django would copy the context of every part of every page, for a look into it that no test takes."""
    Template._render = as_in_the_product


@pytest.fixture(autouse=True)
def lists_are_asked_anew():
    """What a process keeps for a minute is not kept from one test to the next."""
    from anchored.ground.remembered import Kept

    Kept.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test that commits, the tables go back to what the migrations made: the guards come down for it and go up again.

    Django would truncate, and create permissions and reference rows anew: a second for each such test on PostgreSQL."""
    from django.apps import apps
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        made = [(model, list(model._base_manager.all())) for model in apps.get_models(include_auto_created=True) if _has_table(model)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _put_back(made))
        yield


def _has_table(model):
    return model._meta.managed and not model._meta.proxy


def _put_back(made):
    from django.db import connection, transaction

    from anchored.ground import triggers

    triggers.remove(connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for model, _ in made:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
            for model, rows in made:
                model._base_manager.bulk_create(rows)
    finally:
        triggers.install(connection)


# The browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's chromium; Playwright never fetches one of its own."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(chromium).is_file():
        pytest.skip(f"There is no browser at {chromium}. Install Debian's chromium.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread; Django would refuse its ORM
    return {**browser_type_launch_args, "executable_path": chromium, "args": BROWSER_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-US",
        "timezone_id": settings.TIME_ZONE,
        "reduced_motion": "reduce",
    }


@pytest.fixture
def context(context):
    context.set_default_timeout(10_000)
    return context


@pytest.fixture(autouse=True)
def console(request):
    """What the browser complained of. A broken content security policy, an error in a script, a missing file, a page that
    breaks or a request to another house fails the test."""
    if request.node.get_closest_marker("browser") is None:
        yield []
        return

    complaints = []

    def complain(wrong, sentence):
        if wrong:
            complaints.append(sentence)

    context = request.getfixturevalue("context")
    context.on("weberror", lambda error: complain(True, f"script error: {error.error}"))
    context.on("console", lambda said: complain(_is_wrong(said), f"console: {said.text} ({said.location['url']})"))
    context.on("request", lambda asked: complain(_leaves_the_house(asked.url), f"asked another house: {asked.url}"))
    context.on("response", lambda answer: complain(answer.status >= 500, f"answered {answer.status}: {answer.url}"))
    yield complaints
    context.cookies()  # one more word with the browser, so that what it said last has been heard
    assert not complaints, "\n".join(complaints)


def _is_wrong(message):
    """Refusals with words (401, 403, 404, 409, 422) and questions that a newer one replaces are the product at work; the browser
    and htmx call them errors all the same."""
    refused = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    replaced = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest", "Response Status Error Code 4"))
    return message.type == "error" and not replaced and not (refused and "/static/" not in message.location["url"])


def _leaves_the_house(url):
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname not in ("127.0.0.1", "localhost")


@pytest.fixture
def axe():
    """Check a page for barriers: axe(page), or axe(page, "main") for a part of it."""
    from axe_playwright_python.sync_playwright import Axe

    def without_barriers(page, part=None):
        results = Axe().run(page, context=part)
        assert results.violations_count == 0, results.generate_report()

    return without_barriers
