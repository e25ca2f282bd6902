"""How groups are called."""

import pytest

from registrations.rules.groups import group_called


@pytest.mark.parametrize(
    ("given", "called"),
    [
        (("架空小学校", "4", "2"), "架空小学校 4年2組"),
        (("架空小学校", "4年", "2組"), "架空小学校 4年2組"),
        (("架空小学校", "４", None), "架空小学校 ４年"),
        (("架空小学校", "4年", "ひまわり"), "架空小学校 4年ひまわり"),
        (("架空小学校", None, "2"), "架空小学校 2組"),
        (("Demo School", "Year 4", "B"), "Demo School Year 4 B"),
        (("架空の会", None, None), "架空の会"),
        ((None, "4", "2"), None),
        (("", None, None), None),
    ],
)
def test_a_group_is_called_as_one_says_it(given: tuple[str | None, str | None, str | None], called: str | None) -> None:
    assert group_called(*given) == called
