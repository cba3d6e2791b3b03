"""What a browser keeps: no record in its storage, its history or its titles, and nothing behind the back button."""

from playwright.sync_api import expect

from tests.browser.clinic import REASON, open_clinic

NAMES = ["Rosa", "Alvarez", "Penicillin", "555 0142", "12 Harbor Street", "Quispe", "withdrawal signs", "Kim", "Osei"]

EMPTY = [{}, {}, [], [], 0, None, ""]  # two storages, databases, caches, workers, history, cookies that scripts see

KEPT = """async () => [
    {...localStorage},
    {...sessionStorage},
    (await indexedDB.databases()).map(database => database.name),
    await caches.keys(),
    (await navigator.serviceWorker.getRegistrations()).length,
    history.state,
    document.cookie,
]"""


def test_a_walk_through_the_house_leaves_nothing_in_the_browser(live_server, enter, page):
    clinic = open_clinic()
    enter(clinic.supervisor)
    addresses, titles, kept = [], [], []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))

    def look():
        titles.append(page.title())
        found = page.evaluate(KEPT)
        addresses.append(found[1].pop("htmx-current-path-for-history", ""))
        kept.append(found)

    for address in ("/today/", "/patients/", "/patients/?sort=-day&flag=any", "/continuum/", "/continuum/?view=table", "/patients/new/"):
        page.goto(address)
        look()
    for name in ("timeline", "team", "flags", "details", "assess", "move", "discharge", "reassign", "chart"):
        page.goto(clinic.page(name, clinic.rosa))
        look()
    page.get_by_role("combobox", name="Find a patient").press_sequentially("quispe")
    expect(page.get_by_role("option")).to_have_count(2)
    look()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_role("combobox", name="Basis").select_option("Ready for next level")
    page.get_by_role("textbox", name="Reason").fill(REASON)
    look()
    page.get_by_role("button", name="Move to Outpatient").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    look()

    assert [each for each in kept if each != EMPTY] == []
    told = " ".join(addresses + titles).lower()
    assert [name for name in NAMES if name.lower() in told] == []
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} <= {"anchored-session", "anchored-csrf"}
    assert all(cookie["httpOnly"] for cookie in cookies)


def test_nothing_of_a_chart_is_left_behind_the_back_button(live_server, enter, page, sign_out):
    clinic = open_clinic()
    enter(clinic.supervisor)
    page.goto("/today/")
    page.goto(clinic.page("chart", clinic.rosa))
    sign_out(page)

    page.go_back()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Alvarez" not in page.content()
