"""Invented numbers with true check digits, in ranges that nobody is given numbers from."""

# 9xx-xxx-xxx is not reached by issued СНИЛС; the stand-in of Gosuslugi keeps 900-xxx-xxx for its own people.
FIRST_DEMO_SNILS = 910_000_000
FIRST_GROWN_SNILS = 920_000_000

INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn(region: str, number: int) -> str:
    """An organisation's ИНН, as if given by the region's head office."""
    digits = f"{region}00{number:05d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, INN_WEIGHTS, strict=True))
    return f"{digits}{total % 11 % 10}"


def kpp(region: str, branch: int = 1) -> str:
    """A КПП: branch 1 is the head organisation (reason 01), further ones are separate units (reason 43)."""
    return f"{region}00{'01' if branch == 1 else '43'}{branch:03d}"


def ogrn(region: str, number: int) -> str:
    """An organisation's ОГРН of the year 2023."""
    digits = f"123{region}{number:07d}"
    return f"{digits}{int(digits) % 11 % 10}"


def snils(number: int) -> str:
    """The СНИЛС of these nine digits."""
    rest, total = number, 0
    for weight in range(1, 10):
        rest, digit = divmod(rest, 10)
        total += digit * weight
    return f"{number:09d}{total % 101 % 100:02d}"
