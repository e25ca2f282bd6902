"""How a class or a delegation is called: by its school or organisation, with school year and class as one says them."""


def group_called(name: str | None, grade: str | None, letter: str | None) -> str | None:
    """`架空小学校 4年2組`: year and class that are bare numbers get their word; None where no group has a name."""
    if not name:
        return None
    year = f"{grade}年" if grade and grade.isdecimal() else grade or ""
    in_year = f"{letter}組" if letter and letter.isdecimal() else letter or ""
    joined = year + in_year if year.endswith("年") else " ".join(part for part in (year, in_year) if part)
    return f"{name} {joined}".rstrip()
