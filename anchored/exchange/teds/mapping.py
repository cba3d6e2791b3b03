"""Which column is which fact of the record."""

# column -> field of the vocabulary, which is the name of the model's column too
OF_PATIENT = {"GENDER": "sex", "RACE": "race", "ETHNIC": "ethnicity", "VET": "veteran"}
CIRCUMSTANCES = {
    "MARSTAT": "marital_status",
    "EDUC": "education",
    "EMPLOY": "employment",
    "DETNLF": "not_in_labor_detail",
    "LIVARAG": "living_arrangement",
    "PRIMINC": "income_source",
    "HLTHINS": "health_insurance",
}
OF_ADMISSION = {
    **CIRCUMSTANCES,
    "PREG": "pregnant",
    "METHUSE": "medication_opioid_therapy",
    "PSOURCE": "referral_source",
    "DETCRIM": "criminal_justice_referral",
    "NOPRIOR": "prior_episodes",
    "DSMCRIT": "diagnosis_class",
    "PSYPROB": "cooccurring",
    "PRIMPAY": "payment_source",
    "FREQ_ATND_SELF_HELP": "self_help_30d",
}
OF_USE = {"SUB": "substance", "ROUTE": "route", "FREQ": "frequency"}

# column -> (band, the number that is better than a band where it is known)
BANDS = {"DAYWAIT": ("days_waiting_band", "days_waiting"), "ARRESTS": ("arrests_30d_band", "arrests_30d")}
BANDS_OF_USE = {"FRSTUSE": ("first_use_band", "first_use_age")}

# column -> number kept as it is
PLACES = {"STFIPS": "state_fips", "CBSA2010": "cbsa", "REGION": "census_region", "DIVISION": "census_division"}
