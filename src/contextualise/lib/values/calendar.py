"""Days and years of the proleptic Gregorian calendar, as far back as one likes (ISO 8601, section 4.2.1)."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
_SECONDS_PER_DAY = 86_400


def is_leap(year: int) -> bool:
    """Say whether a year (astronomical numbering) has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31 for a month from 1 to 12."""
    return _DAYS_BEFORE[month] - _DAYS_BEFORE[month - 1] + (month == 2 and is_leap(year))


def decimal_year(year: int, month: int = 1, day: int = 1, seconds: float = 0) -> float:
    """Return the place of a moment in its year as a fraction; months beyond 12 run into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    days = _DAYS_BEFORE[month - 1] + (month > 2 and is_leap(year)) + day - 1
    return year + (days + seconds / _SECONDS_PER_DAY) / (365 + is_leap(year))


def year_in_words(year: int) -> str:
    """Return a year as people write it: 1800, 44 BCE."""
    return str(year) if year > 0 else f"{1 - year} BCE"
