"""The time zone of a phone: by area code in Brazil, by the phone library's tables elsewhere."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

# The library's table has Recife on an island 545 km away and Pará on the clock of before 2008: people would be written
# to an hour early. An area code that reaches over a border (97) has the zone of most people in it.
_BRAZIL = {
    "America/Sao_Paulo": "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 "
    "51 53 54 55 61 62 64",
    "America/Araguaina": "63",
    "America/Cuiaba": "65 66",
    "America/Campo_Grande": "67",
    "America/Rio_Branco": "68",
    "America/Porto_Velho": "69",
    "America/Bahia": "71 73 74 75 77",
    "America/Maceio": "79 82",
    "America/Recife": "81 87",
    "America/Fortaleza": "83 84 85 86 88 89 98 99",
    "America/Belem": "91 94 96",
    "America/Manaus": "92 97",
    "America/Santarem": "93",
    "America/Boa_Vista": "95",
}
_BY_AREA = {area: zone for zone, areas in _BRAZIL.items() for area in areas.split()}
_BRAZILIAN = re.compile(r"\+55([1-9][1-9])\d{8,9}")
# Any year does: two zones that agree on each of its months have one clock.
_MONTHS = [datetime(2026, month, 15) for month in range(1, 13)]  # noqa: DTZ001 - read on each zone's own clock


def phone_zone(phone: str) -> str | None:
    """The IANA name of a phone's zone; ``None`` when the phone does not tell."""
    brazilian = _BRAZILIAN.fullmatch(phone)
    zones = [_BY_AREA[brazilian[1]]] if brazilian and brazilian[1] in _BY_AREA else _told_by_tables(phone)
    clocks = {_clock(zone) for zone in zones}
    return zones[-1] if len(clocks) == 1 else None


def _told_by_tables(phone: str) -> list[str]:
    import phonenumbers  # noqa: PLC0415 - its tables take long to read
    from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number  # noqa: PLC0415

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return []
    return [zone for zone in time_zones_for_number(number) if zone != UNKNOWN_TIMEZONE]


def _clock(zone: str) -> tuple[object, ...]:
    return tuple(ZoneInfo(zone).utcoffset(month) for month in _MONTHS)
