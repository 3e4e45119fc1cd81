"""Where a phone is: what the tables say, and that every answer is a zone this machine can reckon with."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from chalicelib.adapters.phone_zones import phone_zone

# The hours behind UTC in every state of Brazil, by the area codes in use; nobody there changes clocks since 2019.
BEHIND = {4: (65, 66, 67, 69, 92, 95, 97), 5: (68,)}
UNUSED = (20, 23, 25, 26, 29, 30, 36, 39, 40, 50, 52, 56, 57, 58, 59, 60, 70, 72, 76, 78, 80, 90)
AREAS = [area for area in range(11, 100) if area not in UNUSED]


@pytest.mark.parametrize("area", AREAS)
def test_every_area_of_brazil_has_its_clock(area: int) -> None:
    """People in Manaus would get a campaign at seven in the morning, people in Recife an hour early."""
    for number in (f"+55{area}987654321", f"+55{area}33334444"):
        zone = phone_zone(number)
        assert zone is not None, number
        offset = datetime(2026, 11, 25, tzinfo=ZoneInfo(zone)).utcoffset()
        assert offset is not None
        behind = next((hours for hours, areas in BEHIND.items() if area in areas), 3)
        assert -offset.total_seconds() / 3600 == behind


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+5581987654321", "America/Recife"),
        ("+5594987654321", "America/Belem"),
        ("+14155552671", "America/Los_Angeles"),
        ("+12125552671", "America/New_York"),
        ("+447911123456", "Europe/London"),
        ("+393331234567", "Europe/Rome"),
        ("+59892123456", "America/Montevideo"),
    ],
)
def test_one_clock_is_told(phone: str, zone: str) -> None:
    """Quiet hours of Rio would keep half of Los Angeles awake."""
    told = phone_zone(phone)
    assert told is not None
    for month in range(1, 13):
        noon = datetime(2026, month, 1, 12)  # noqa: DTZ001 - read on each zone's own clock
        assert ZoneInfo(told).utcoffset(noon) == ZoneInfo(zone).utcoffset(noon)


@pytest.mark.parametrize("phone", ["+79161234567", "+61412345678", "+18005551234", "+351912345678", "+5520987654321"])
def test_a_phone_that_could_be_anywhere_tells_nothing(phone: str) -> None:
    """A guess would be reckoned with as if it were known."""
    assert phone_zone(phone) is None


@pytest.mark.parametrize("phone", ["", "+", "+999", "+1", "nobody", "+55", "+5511", "+882123456789"])
def test_what_is_no_phone_tells_nothing(phone: str) -> None:
    """A message could not be taken in because of its recipient's clock."""
    assert phone_zone(phone) is None


def test_every_zone_that_could_be_told_exists() -> None:
    """A message to a country nobody thought of would fail on a name that is not in the tables of zones."""
    names = {name for names in TIMEZONE_DATA.values() for name in names} - {"Etc/Unknown"}
    for name in sorted(names):
        assert ZoneInfo(name).key == name


def test_most_countries_are_told() -> None:
    """Lost tables would go unnoticed: everybody would be on the organization's clock again."""
    told = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if number:
            phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            told += phone_zone(phone) is not None
    assert told > 200
