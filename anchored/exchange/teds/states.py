"""States and territories by FIPS code, with their Census division. The codebook's own list is incomplete."""

NEW_ENGLAND, MIDDLE_ATLANTIC, EAST_NORTH_CENTRAL, WEST_NORTH_CENTRAL = 1, 2, 3, 4
SOUTH_ATLANTIC, EAST_SOUTH_CENTRAL, WEST_SOUTH_CENTRAL, MOUNTAIN, PACIFIC = 5, 6, 7, 8, 9
TERRITORIES = 0

STATES = {
    1: EAST_SOUTH_CENTRAL,  # Alabama
    2: PACIFIC,  # Alaska
    4: MOUNTAIN,  # Arizona
    5: WEST_SOUTH_CENTRAL,  # Arkansas
    6: PACIFIC,  # California
    8: MOUNTAIN,  # Colorado
    9: NEW_ENGLAND,  # Connecticut
    10: SOUTH_ATLANTIC,  # Delaware
    11: SOUTH_ATLANTIC,  # District of Columbia
    12: SOUTH_ATLANTIC,  # Florida
    13: SOUTH_ATLANTIC,  # Georgia
    15: PACIFIC,  # Hawaii
    16: MOUNTAIN,  # Idaho
    17: EAST_NORTH_CENTRAL,  # Illinois
    18: EAST_NORTH_CENTRAL,  # Indiana
    19: WEST_NORTH_CENTRAL,  # Iowa
    20: WEST_NORTH_CENTRAL,  # Kansas
    21: EAST_SOUTH_CENTRAL,  # Kentucky
    22: WEST_SOUTH_CENTRAL,  # Louisiana
    23: NEW_ENGLAND,  # Maine
    24: SOUTH_ATLANTIC,  # Maryland
    25: NEW_ENGLAND,  # Massachusetts
    26: EAST_NORTH_CENTRAL,  # Michigan
    27: WEST_NORTH_CENTRAL,  # Minnesota
    28: EAST_SOUTH_CENTRAL,  # Mississippi
    29: WEST_NORTH_CENTRAL,  # Missouri
    30: MOUNTAIN,  # Montana
    31: WEST_NORTH_CENTRAL,  # Nebraska
    32: MOUNTAIN,  # Nevada
    33: NEW_ENGLAND,  # New Hampshire
    34: MIDDLE_ATLANTIC,  # New Jersey
    35: MOUNTAIN,  # New Mexico
    36: MIDDLE_ATLANTIC,  # New York
    37: SOUTH_ATLANTIC,  # North Carolina
    38: WEST_NORTH_CENTRAL,  # North Dakota
    39: EAST_NORTH_CENTRAL,  # Ohio
    40: WEST_SOUTH_CENTRAL,  # Oklahoma
    41: PACIFIC,  # Oregon
    42: MIDDLE_ATLANTIC,  # Pennsylvania
    44: NEW_ENGLAND,  # Rhode Island
    45: SOUTH_ATLANTIC,  # South Carolina
    46: WEST_NORTH_CENTRAL,  # South Dakota
    47: EAST_SOUTH_CENTRAL,  # Tennessee
    48: WEST_SOUTH_CENTRAL,  # Texas
    49: MOUNTAIN,  # Utah
    50: NEW_ENGLAND,  # Vermont
    51: SOUTH_ATLANTIC,  # Virginia
    53: PACIFIC,  # Washington
    54: SOUTH_ATLANTIC,  # West Virginia
    55: EAST_NORTH_CENTRAL,  # Wisconsin
    56: MOUNTAIN,  # Wyoming
    60: TERRITORIES,  # American Samoa
    64: TERRITORIES,  # Federated States of Micronesia
    66: TERRITORIES,  # Guam
    68: TERRITORIES,  # Marshall Islands
    69: TERRITORIES,  # Northern Mariana Islands
    70: TERRITORIES,  # Palau
    72: TERRITORIES,  # Puerto Rico
    74: TERRITORIES,  # U.S. Minor Outlying Islands
    78: TERRITORIES,  # U.S. Virgin Islands
}

REGION_OF_DIVISION = {
    TERRITORIES: 0,
    NEW_ENGLAND: 1,
    MIDDLE_ATLANTIC: 1,
    EAST_NORTH_CENTRAL: 2,
    WEST_NORTH_CENTRAL: 2,
    SOUTH_ATLANTIC: 3,
    EAST_SOUTH_CENTRAL: 3,
    WEST_SOUTH_CENTRAL: 3,
    MOUNTAIN: 4,
    PACIFIC: 4,
}

# The postal code of each, as discharge rows name the state.
POSTAL = {
    1: "AL", 2: "AK", 4: "AZ", 5: "AR", 6: "CA", 8: "CO", 9: "CT", 10: "DE", 11: "DC", 12: "FL", 13: "GA", 15: "HI",
    16: "ID", 17: "IL", 18: "IN", 19: "IA", 20: "KS", 21: "KY", 22: "LA", 23: "ME", 24: "MD", 25: "MA", 26: "MI", 27: "MN",
    28: "MS", 29: "MO", 30: "MT", 31: "NE", 32: "NV", 33: "NH", 34: "NJ", 35: "NM", 36: "NY", 37: "NC", 38: "ND", 39: "OH",
    40: "OK", 41: "OR", 42: "PA", 44: "RI", 45: "SC", 46: "SD", 47: "TN", 48: "TX", 49: "UT", 50: "VT", 51: "VA", 53: "WA",
    54: "WV", 55: "WI", 56: "WY", 60: "AS", 66: "GU", 69: "MP", 72: "PR", 78: "VI",
}  # fmt: skip
