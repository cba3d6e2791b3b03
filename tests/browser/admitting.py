"""Hands for the steps of an admission."""

from playwright.sync_api import expect


def complete(page, step, fill):
    page.get_by_role("link", name=step).click()
    expect(page.get_by_role("heading", name=step, level=1)).to_be_visible()
    fill(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#flash").get_by_text(f"{step}: completed.")).to_be_visible()


def answer_no(page):
    for answer in page.locator("main").get_by_role("radio", name="No", exact=True).all():
        choose(answer)


def choose(radio):
    """By keyboard: in a segmented control the words lie over the input."""
    radio.focus()
    radio.press("Space")
    expect(radio).to_be_checked()


def rate_all(page):
    for number in range(1, 7):
        page.locator(f"#id_rating_{number}").select_option("1")


def option(page, name):
    return page.locator("option").filter(has_text=name).first.inner_text()
