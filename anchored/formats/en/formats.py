"""English: the day first and the month in letters, so that nobody takes March for April."""

DATE_FORMAT = "d M Y"
SHORT_DATE_FORMAT = "d M Y"
MONTH_DAY_FORMAT = "d M"
YEAR_MONTH_FORMAT = "M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "d M Y, H:i"
SHORT_DATETIME_FORMAT = "d M Y, H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d %b %Y", "%Y-%m-%d", "%m/%d/%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d %b %Y, %H:%M", "%d %b %Y %H:%M"]
