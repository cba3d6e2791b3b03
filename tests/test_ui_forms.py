"""Forms in the house's look: hints and errors named, typing kept, text tidied, days read."""

import re
from datetime import date

import pytest
from django import forms
from django.shortcuts import render
from django.test import Client
from django.test.html import parse_html
from django.urls import include, path

from anchored.accounts.doors import open_to_all
from anchored.ui import inputs
from anchored.ui.fields import DayField, Rows, with_not_known
from anchored.ui.forms import LaidOut
from tests.making import make_clinician


class MoveForm(LaidOut, forms.Form):
    to = forms.ChoiceField(label="To", choices=[("php", "PHP"), ("iop", "IOP")], widget=Rows(remarks={"php": "Next step, 2 places"}))
    basis = forms.ChoiceField(label="Basis", choices=[("", "Choose"), ("ready", "Ready")])
    on = DayField(label="Starts", help_text="The first day there.")
    reason = forms.CharField(label="Reason", max_length=20, help_text="Which dimensions changed.", widget=forms.Textarea)
    seen = forms.BooleanField(label="Patient took part", required=False)
    stay = forms.CharField(widget=forms.HiddenInput, required=False)


@open_to_all
def filled_in(request):
    form = MoveForm(request.POST or None)
    return render(request, "ui/preferences.html", {"form": form}, status=422 if form.errors else 200)


urlpatterns = [path("test/form/", filled_in), path("", include("anchored.urls"))]
pytestmark = pytest.mark.urls("tests.test_ui_forms")


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(make_clinician(), backend="anchored.accounts.backends.StaffBackend")
    return client


def ids_named_by(attribute, html):
    return [name for names in re.findall(rf'{attribute}="([^"]+)"', html) for name in names.split()]


def test_hints_and_errors_are_named_by_their_inputs(desk):
    for data in (None, {"reason": "x" * 30, "on": "31 Feb 2026"}):
        answer = desk.post("/test/form/", data) if data else desk.get("/test/form/")
        html = answer.content.decode()

        described = ids_named_by("aria-describedby", html)
        assert described
        assert all(html.count(f'id="{name}"') == 1 for name in described), described
        assert all(f'id="{name}"' in html for name in ids_named_by(" for", html))


def test_mistakes_are_said_above_and_beside_with_the_typing_kept(desk):
    answer = desk.post("/test/form/", {"reason": "x" * 30, "on": "31 Feb 2026"})
    html = answer.content.decode()

    assert answer.status_code == 422
    assert "<title>Error: Preferences - Anchored</title>" in html
    assert "There is a problem" in html
    for target, words in [
        ("id_to_0", "Choose the to"),
        ("id_basis", "Choose the basis"),
        ("id_on", "Enter a real date, like 23 Nov 2026"),
        ("id_reason", "Use at most 20 characters. You entered 30."),
    ]:
        assert f'<a href="#{target}">{words}</a>' in html
        assert f"<span>{words}</span>" in html
        assert f'id="{target}"' in html
    assert 'value="31 Feb 2026"' in html
    assert "x" * 30 in html
    assert html.count('aria-invalid="true"') == 3  # a group of radios is described by its fieldset


def test_radios_stand_in_a_fieldset_with_their_remarks(desk):
    html = re.sub(r"\s+", " ", desk.get("/test/form/").content.decode())

    assert re.search(r'<fieldset class="field" id="id_to" > <legend>To</legend>', html)
    assert '<span>PHP</span><span class="line-meta">Next step, 2 places</span>' in html
    assert '<input type="hidden" name="stay"' in html


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Rosa ", "Rosa"), ("\u200bRosa\u2060", "Rosa"), ("O'Brien-Ñandú 李", "O'Brien-Ñandú 李"), ("<b>{{7*7}}</b>", "<b>{{7*7}}</b>")],
)
def test_text_is_tidied_and_otherwise_left_alone(typed, kept):
    form = MoveForm({"to": "php", "basis": "ready", "on": "23 Nov 2026", "reason": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["reason"] == kept


@pytest.mark.parametrize("typed", ["a\x00b", "a\u202eb", "a\x07b"])
def test_characters_that_no_record_holds_are_refused_with_their_place(typed):
    form = MoveForm({"to": "php", "basis": "ready", "on": "23 Nov 2026", "reason": typed})

    assert form.errors == {"reason": ["Remove the character at position 2. It can't be used in a record."]}


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b"])
def test_nothing_is_nothing_however_it_is_typed(typed):
    assert MoveForm({"reason": typed}).errors["reason"] == ["Enter the reason"]


@pytest.mark.parametrize("typed", ["4 Mar 1991", "1991-03-04", "3/4/1991", "March 4, 1991", " 4 Mar 91 "])
def test_days_are_read_as_people_write_them(typed):
    assert DayField().clean(typed) == date(1991, 3, 4)


@pytest.mark.parametrize("typed", ["31/02/1990", "2023-02-29", "0000-00-00", "٢٠٢٦-01-01", "tomorrow", "1" * 5000])
def test_what_is_no_day_is_answered_with_an_example(typed):
    field = DayField(noun="date of birth", example="4 Mar 1991")

    with pytest.raises(forms.ValidationError, match="Enter a real date of birth, like 4 Mar 1991"):
        field.clean(typed)


def test_a_day_is_shown_with_its_month_in_letters():
    assert DayField().prepare_value(date(1991, 3, 4)) == "04 Mar 1991"
    assert not DayField().has_changed(date(1991, 3, 4), "04 Mar 1991")


def test_a_list_can_be_answered_with_not_known():
    assert with_not_known([("", "---"), ("1", "Yes")]) == [("", "Not known"), ("1", "Yes")]


HOSTILE = "\"><script>alert(1)</script>{{7*7}}&'"


class EveryInput(forms.Form):
    line = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"class": "short", "autofocus": True, "hidden": False}))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="Words.")
    number = forms.IntegerField(min_value=0, required=False)
    email = forms.EmailField(required=False)
    tick = forms.BooleanField()
    hidden = forms.CharField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(choices=[("", "Not known"), (1, HOSTILE), ("group", [("2", "Two"), (HOSTILE, "Three")])], disabled=False)
    days = forms.DateField(required=False)


@pytest.mark.parametrize("name", EveryInput.base_fields)
@pytest.mark.parametrize("data", [None, {}, dict.fromkeys(EveryInput.base_fields, HOSTILE), {"tick": "on", "choice": "2", "number": "0"}])
def test_inputs_are_drawn_as_django_draws_them(name, data):
    bound = EveryInput(data)[name]

    ours = inputs.drawn(bound, {"class": "form-control"})

    assert parse_html(str(ours)) == parse_html(bound.as_widget(attrs={"class": "form-control"}))
    assert "<script>" not in ours


class Chosen(forms.Form):
    one = forms.ChoiceField(
        choices=[("", "None"), ("Day", [("a", "A & B"), ("b", '"B"')]), ("c", "<C>"), (None, "Nothing"), ("c", "C again")]
    )


@pytest.mark.parametrize("value", ["a", "b", "c", "", None, "gone", 'x" onclick="y'])
def test_a_list_is_drawn_as_django_draws_it(value):
    bound = Chosen({"one": value})["one"]

    ours = inputs.drawn(bound, {"class": "form-select"})

    assert parse_html(str(ours)) == parse_html(bound.as_widget(attrs={"class": "form-select"}))
