"""What stands in the way of somebody on a page: barriers that axe finds, and what is wider than the screen."""

import json

from axe_playwright_python.sync_playwright import Axe

# Without preload: it would put style elements into the page, which our content security policy refuses.
EVERYTHING = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
STANDARD = {**EVERYTHING, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast", "link-in-text-block"]}
WIDTHS = (1280, 320)


def in_all_looks(page, name, part=":root"):
    """The page as it is now, in both themes and on a desk and a phone; what is wrong, in words. A theme changes colours only.

    Pages of Django's admin are held to the standard (WCAG 2.2 AA), all others to axe's best practice too.
    """
    full = STANDARD if "/admin/" in page.url else EVERYTHING
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme, options in (("light", full), ("dark", COLOURS)):
            page.emulate_media(color_scheme=theme)
            page.evaluate("document.getAnimations().forEach(change => change.finish())")  # colours on their way are no colours yet
            yield from (f"{name}, {theme}, {width} px: {words}" for words in found_on(page, options, part))
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def found_on(page, options=EVERYTHING, part=":root"):
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        yield f"{wider} px wider than the screen"
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for violation in page.evaluate(f"axe.run({json.dumps(part)}, {json.dumps(options)})")["violations"]:
        hints = [f"    {' '.join(map(str, node['target']))}: {_hint(node)}" for node in violation["nodes"]]
        yield "\n".join([f"{violation['id']}, {violation['help']}", *hints])


def _hint(node):
    return node["failureSummary"].splitlines()[-1].strip()
