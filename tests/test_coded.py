"""The vocabulary: every code has one meaning, and the way to the public-use file and back loses nothing it need not."""

import json
from pathlib import Path

import pytest

from patients import coded

CODEBOOK = json.loads((Path(coded.__file__).parent / "reference" / "teds_a_2017_codes.json").read_text(encoding="utf-8"))["variables"]

COLUMN = {
    "sex": "GENDER", "race": "RACE", "ethnicity": "ETHNIC", "education": "EDUC", "marital_status": "MARSTAT",
    "employment": "EMPLOY", "not_in_labor_detail": "DETNLF", "veteran": "VET", "living_arrangement": "LIVARAG",
    "income_source": "PRIMINC", "health_insurance": "HLTHINS", "pregnant": "PREG", "payment_source": "PRIMPAY",
    "referral_source": "PSOURCE", "criminal_justice_referral": "DETCRIM", "prior_episodes": "NOPRIOR",
    "medication_opioid_therapy": "METHUSE", "days_waiting_band": "DAYWAIT", "cooccurring": "PSYPROB",
    "arrests_30d_band": "ARRESTS", "self_help_30d": "FREQ_ATND_SELF_HELP", "diagnosis_class": "DSMCRIT",
    "substance": "SUB1", "route": "ROUTE1", "frequency": "FREQ1", "first_use_band": "FRSTUSE1",
}  # fmt: skip
BANDS = ["days_waiting_band", "arrests_30d_band", "first_use_band"]


def test_every_field_has_its_column_in_the_codebook():
    assert set(coded.FIELDS) == set(COLUMN)


@pytest.mark.parametrize(("field", "column"), COLUMN.items())
def test_every_public_code_comes_back_as_itself(field, column):
    for puf in CODEBOOK[column]["codes"]:
        assert coded.to_puf(field, coded.from_puf(field, puf)) == puf


@pytest.mark.parametrize(("field", "column"), COLUMN.items())
def test_every_stored_code_has_one_public_code_of_the_codebook(field, column):
    codes = [code for code, _ in coded.all_codes(field)]

    assert len(codes) == len(set(codes))
    assert {coded.to_puf(field, code) for code in codes} <= {*CODEBOOK[column]["codes"], "-9"}


@pytest.mark.parametrize("field", COLUMN)
def test_a_coarse_code_exists_only_where_it_is_needed(field):
    for code, _ in coded.all_codes(field):
        if code.startswith("P") and field not in BANDS:
            sharing = [other for other, _ in coded.all_codes(field) if coded.to_puf(field, other) == code[1:]]
            assert len(sharing) > 2, f"{field} {code}"
            assert coded.from_puf(field, code[1:]) == code


@pytest.mark.parametrize("field", [field for field in COLUMN if field not in BANDS])
def test_a_form_offers_unknown_but_no_coarse_code(field):
    offered = dict(coded.choices(field))

    assert offered["97"] == "Unknown"
    assert not [code for code in offered if code.startswith("P")]
    assert coded.to_puf(field, "97") == "-9"


@pytest.mark.parametrize("field", COLUMN)
def test_labels_are_sentences_without_blame(field):
    for code, label in coded.all_codes(field):
        assert coded.label(field, code) == label
        assert label[0].isupper() or label[0].isdigit(), label
        assert "abuse" not in label.lower(), label
        assert len(code) <= 3


def test_nothing_known_is_an_empty_text():
    assert coded.from_puf("sex", "-9") == ""
    assert coded.to_puf("sex", "") == "-9"
    assert coded.label("sex", "") == "Not known"


@pytest.mark.parametrize(
    ("field", "number", "puf"),
    [
        ("days_waiting_band", 0, "0"), ("days_waiting_band", 1, "1"), ("days_waiting_band", 7, "1"), ("days_waiting_band", 8, "2"),
        ("days_waiting_band", 15, "3"), ("days_waiting_band", 31, "4"), ("days_waiting_band", 5000, "4"), ("days_waiting_band", None, "-9"),
        ("arrests_30d_band", 0, "0"), ("arrests_30d_band", 1, "1"), ("arrests_30d_band", 2, "2"), ("arrests_30d_band", 40, "2"),
        ("first_use_band", 0, "1"), ("first_use_band", 11, "1"), ("first_use_band", 12, "2"), ("first_use_band", 30, "7"),
    ],
)  # fmt: skip
def test_a_number_falls_into_its_band(field, number, puf):
    assert coded.to_puf(field, coded.band_of(field, number)) == puf


@pytest.mark.parametrize(
    ("field", "code", "puf"),
    [
        ("education", "8", "1"), ("education", "9", "2"), ("education", "71", "4"), ("race", "13", "6"), ("race", "23", "9"),
        ("ethnicity", "5", "4"), ("marital_status", "5", "4"), ("substance", "20", "19"), ("route", "20", "5"), ("frequency", "3", "2"),
        ("payment_source", "7", "2"), ("health_insurance", "6", "1"), ("self_help_30d", "5", "4"), ("not_in_labor_detail", "96", "-9"),
    ],
)  # fmt: skip
def test_the_two_code_systems_differ_where_the_sheet_says(field, code, puf):
    assert coded.to_puf(field, code) == puf
