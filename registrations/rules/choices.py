"""Choices that every event shares, each in three languages: school years, age groups, needs, yes and no, and the wards
of Yokohama to begin a list of one's own with."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen. `key` is kept with an answer, `label` is what people read."""

    key: str
    label: Mapping[str, str]


def _choice(key: str, ja: str, en: str, easy: str) -> Choice:
    return Choice(key, {"ja": ja, "en": en, "ja-easy": easy})


YES_NO = (_choice("yes", "はい", "Yes", "はい"), _choice("no", "いいえ", "No", "いいえ"))
_SCHOOLS = (
    ("primary", 6, "小学校", "Primary school", "小学校《しょうがっこう》"),
    ("junior", 3, "中学校", "Junior high school", "中学校《ちゅうがっこう》"),
    ("high", 3, "高校", "High school", "高校《こうこう》"),
)
SCHOOL_YEARS = (
    _choice("preschool", "未就学", "Before school", "小学校《しょうがっこう》に 入《はい》る 前《まえ》"),
    *(
        _choice(f"{key}_{year}", f"{ja}{year}年", f"{en}, year {year}", f"{easy} {year}年《ねん》")
        for key, years, ja, en, easy in _SCHOOLS
        for year in range(1, years + 1)
    ),
    _choice(
        "further", "大学・専門学校など", "University or college", "大学《だいがく》・専門学校《せんもんがっこう》など"
    ),
    _choice("none", "学校には通っていない", "Not at school", "学校《がっこう》には 行《い》って いません"),
)
AGE_GROUPS = (
    _choice("0", "10歳未満", "Under 10", "10歳《さい》より 下《した》"),
    *(_choice(str(age), f"{age}代", f"{age} to {age + 9}", f"{age}代《だい》") for age in range(10, 80, 10)),
    _choice("80", "80歳以上", "80 and over", "80歳《さい》より 上《うえ》"),
)
NEEDS = (
    _choice("wheelchair", "車いすで参加します", "Coming in a wheelchair", "車《くるま》いすで 来《き》ます"),
    _choice("sign_language", "手話通訳", "Sign language", "手話《しゅわ》の 通訳《つうやく》が ほしいです"),
    _choice("interpretation", "外国語の通訳", "Interpretation", "外国語《がいこくご》の 通訳《つうやく》が ほしいです"),
    _choice("childcare", "託児", "Childcare", "子《こ》どもを 預《あず》けたいです"),
    _choice("allergy", "アレルギーがあります", "An allergy", "アレルギーが あります"),
)
WARDS = tuple(
    {"ja": ja, "en": en, "ja-easy": f"{'｜' if 'ケ' in ja else ''}{ja}《{kana}》"}
    for ja, en, kana in (
        ("鶴見区", "Tsurumi-ku", "つるみく"), ("神奈川区", "Kanagawa-ku", "かながわく"),
        ("西区", "Nishi-ku", "にしく"), ("中区", "Naka-ku", "なかく"),
        ("南区", "Minami-ku", "みなみく"), ("港南区", "Konan-ku", "こうなんく"),
        ("保土ケ谷区", "Hodogaya-ku", "ほどがやく"), ("旭区", "Asahi-ku", "あさひく"),
        ("磯子区", "Isogo-ku", "いそごく"), ("金沢区", "Kanazawa-ku", "かなざわく"),
        ("港北区", "Kohoku-ku", "こうほくく"), ("緑区", "Midori-ku", "みどりく"),
        ("青葉区", "Aoba-ku", "あおばく"), ("都筑区", "Tsuzuki-ku", "つづきく"),
        ("戸塚区", "Totsuka-ku", "とつかく"), ("栄区", "Sakae-ku", "さかえく"),
        ("泉区", "Izumi-ku", "いずみく"), ("瀬谷区", "Seya-ku", "せやく"),
        ("市外", "Outside the city", "しがい"),
    )
)  # fmt: skip
"""The 18 wards of Yokohama in the city's own order, and everywhere else."""
