"""Returns the text that a workbook shows for a number, which depends on the number format of its cell.

A workbook stores `301` for a cell that shows `00000301`. This module computes the text shown for formats of fixed
decimals, padding zeros, thousands, percent and dates. It refuses any other format rather than guess the text.
"""

import datetime
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial

GENERAL, TEXT, UNKNOWN_FORMAT = "General", "@", ""
BUILT_IN_FORMATS = {
    "0": GENERAL,
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "m/d/yyyy",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "m/d/yyyy h:mm",
    "37": "#,##0 ;(#,##0)",
    "38": "#,##0 ;[Red](#,##0)",
    "39": "#,##0.00;(#,##0.00)",
    "40": "#,##0.00;[Red](#,##0.00)",
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "48": "##0.0E+0",
    "49": TEXT,
}
"""The formats that a workbook names by number alone. Those of currencies differ by country and are left out."""

AS_TEXT = "format the cell as Text and type its value again"
SCIENTIFIC = f"the cell shows a number in scientific form, which has lost the text that was typed; {AS_TEXT}"
ROUNDED = f"the cell shows the number rounded or in scientific form; {AS_TEXT}"
TIME = f"the cell shows a time or only a part of a date; {AS_TEXT}"
NO_DATE = "the number is beyond the dates that a workbook can show"
SHOWN_DIGITS, GENERAL_CHARS, MAX_FORMAT_CHARS, LAST_DAY = 15, 11, 20, 2_958_465

# A quoted text, an escaped character, a colour or country in brackets, the width of a character, a repeated one.
_LITERAL = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[(?:black|blue|cyan|green|magenta|red|white|yellow)\]|_.|\*.', re.I
)
_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|.', re.S)
_MERIDIEM = re.compile(r"am/pm|a/p", re.I)
_DATE = re.compile(r"[ymdhs0.,/: \-T]+", re.I)
_DIGITS = re.compile(r"[#0,]*[#0](?:\.[#0]*)?|\.[#0]+")
_PLACEHOLDER = "\ue000"
_BARE = frozenset("$-+/(): !^&'~{}<>=%\ue000")

Show = Callable[[float], str]


class UnshownNumber(ValueError):
    """Error: this module does not know the text that the workbook shows for a number. The message says what to do."""


def number_text(number: float) -> str:
    """Returns the text that Excel shows for a number in a cell without a format, such as `12` for 12.0.

    Raises UnshownNumber where Excel shows a rounded number, or one in scientific form.
    """
    text = stored_text(number)
    if len(text.lstrip("-")) > GENERAL_CHARS:
        raise UnshownNumber(ROUNDED)
    return text


def stored_text(number: float) -> str:
    """Returns a number as digits without an exponent: at most 15 of them count, and 12.0 is `12`."""
    digits = repr(number) if number.is_integer() else format(number, f".{SHOWN_DIGITS}g")
    text = format(Decimal(digits), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


@lru_cache(1024)
def number_format(code: str, date1904: bool) -> Show:
    """Returns the function that computes the text shown for a number in the format given.

    The function raises UnshownNumber where this module does not know the text.
    """
    sections = [""]
    for token in _TOKEN.findall(code.strip()):
        if token == ";":
            sections.append("")
        else:
            sections[-1] += token
    return partial(_show_by_sign, [_section(section, date1904) for section in sections[:3]])


def _show_by_sign(shown: list[Show], number: float) -> str:
    """Returns the text of a number by the section of its format: for positive, for negative and for zero numbers."""
    if len(shown) == 1 or number > 0 or (number == 0 and len(shown) == 2):
        return shown[0](number)
    return shown[1](-number) if number < 0 else shown[2](number)


def _refuse(reason: str, _: float) -> str:
    raise UnshownNumber(reason)


def _section(section: str, date1904: bool) -> Show:
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(next((group for group in match.groups() if group is not None), ""))
        return _PLACEHOLDER

    bare = _LITERAL.sub(keep, section)
    if bare.casefold() in (GENERAL.casefold(), TEXT):
        return number_text
    if re.search(r"[#0.?]e[+-]", bare, re.I):
        return partial(_refuse, SCIENTIFIC)
    without_meridiem = _MERIDIEM.sub("h", bare).replace(_PLACEHOLDER, "")
    if re.search("[ymdhs]", without_meridiem, re.I):
        letters = without_meridiem.casefold()
        if not _DATE.fullmatch(without_meridiem) or not {"y", "m", "d"} <= set(letters):
            return partial(_refuse, TIME)
        return partial(_show_date, "h" in letters, "s" in letters, date1904)
    number = _DIGITS.search(bare)
    around = (bare[: number.start()], bare[number.end() :]) if number else ()
    if number is None or len(number[0]) > MAX_FORMAT_CHARS or not set("".join(around)) <= _BARE:
        return partial(_refuse, f"the number format {section!r} is not one that the loader knows; {AS_TEXT}")
    texts = iter(literals)
    before, after = ("".join(next(texts) if char == _PLACEHOLDER else char for char in part) for part in around)
    return partial(_show_number, before, number[0], after, bare.count("%"))


def _show_number(before: str, digits: str, after: str, percents: int, number: float) -> str:
    whole, _, fraction = digits.partition(".")
    if whole.endswith(","):
        raise UnshownNumber(f"the cell shows the number in thousands; {AS_TEXT}")
    value = Decimal(format(abs(number), f".{SHOWN_DIGITS}g")).scaleb(2 * percents)
    if value.adjusted() >= SHOWN_DIGITS:
        raise UnshownNumber(f"the number has more digits than the {SHOWN_DIGITS} that Excel keeps; {AS_TEXT}")
    text = format(value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP), "f")
    integer, _, decimals = text.partition(".")
    shortest = fraction.rfind("0") + 1
    decimals = decimals[:shortest] + decimals[shortest:].rstrip("0")
    integer = ("" if integer == "0" else integer).zfill(whole.count("0"))
    if "," in whole:
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
    point = "." if "." in digits else ""
    negative = number < 0 and bool(value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP))
    return f"{'-' * negative}{before}{integer}{point}{decimals}{after}".strip()


def _show_date(with_time: bool, with_seconds: bool, date1904: bool, number: float) -> str:
    """Returns a date as ISO text, with the time of day only where the format shows it and it is not midnight."""
    if not 1 <= number < LAST_DAY + 1 or (not date1904 and 60 <= number < 61):
        raise UnshownNumber(NO_DATE)  # Excel counts a 29 February 1900, which never was
    first = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30 if number >= 61 else 31)  # noqa: DTZ001
    try:
        instant = first + datetime.timedelta(seconds=round(number * 86_400))
    except OverflowError as error:
        raise UnshownNumber(NO_DATE) from error
    instant = instant if with_seconds else instant.replace(second=0)
    day_only = not with_time or instant.time() == datetime.time()
    return instant.date().isoformat() if day_only else instant.isoformat()
