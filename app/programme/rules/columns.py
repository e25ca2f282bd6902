"""The programme as tables: which columns each has, how they are headed in Japanese and English, what belongs there.

Whoever fills a template in, whoever exports and whoever reads a table back looks here. `key` is the field's path in the
event document (docs/guide/event-format.md); a column that the document writes otherwise is told by `reads`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("ja", "en", "ja-easy")
_IN = {"ja": ("日本語", "Japanese"), "en": ("英語", "English"), "ja-easy": ("やさしい日本語", "easy Japanese")}
Words = Mapping[str, tuple[str, str]]
"""Value to what it is called in Japanese and English."""


@dataclass(frozen=True)
class Column:
    """One column. reads: how its cells are read (app.programme.rules.tabled); about: what belongs there, in Japanese
    and English; limit: characters."""

    key: str
    ja: str
    en: str
    reads: str = "line"
    about: tuple[str, str] = ("", "")
    needed: bool = False
    limit: int = 200
    words: Words = field(default_factory=dict)

    def heading(self, language: str) -> str:
        return self.en if language == "en" else self.ja

    def explained(self, language: str) -> str:
        """What belongs there, and whether it has to be filled in."""
        return (("必須。", "Needed. ")[language == "en"] * self.needed + self.belongs(language)).strip()

    def belongs(self, language: str) -> str:
        """What belongs there, with the words it takes."""
        at = 1 if language == "en" else 0
        chosen = ("、", ", ")[at].join(word[at] for word in self.words.values())
        return " ".join(filter(None, (self.about[at], chosen and ("次のどれか：", "One of: ")[at] + chosen)))


@dataclass(frozen=True)
class Table:
    """One table: a row is one object of `key`, known by the columns `own`."""

    key: str
    ja: str
    en: str
    own: tuple[str, ...]
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.ja

    @property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}


def _texts(
    key: str, ja: str, en: str, about: tuple[str, str] = ("", ""), *, reads: str = "line", limit: int = 200
) -> list[Column]:
    """A text in every language."""
    easy = ("漢字のあとに《よみ》を書きます。", "The reading stands as 《…》 after each kanji.")
    return [
        Column(
            f"{key}.{language}",
            f"{ja}（{_IN[language][0]}）",
            f"{en} ({_IN[language][1]})",
            about=easy if language == "ja-easy" else about,
            reads=reads,
            limit=limit,
        )
        for language in LANGUAGES
    ]


_NAME = ("日本語か英語のどちらかを必ず書きます。", "Japanese or English is needed.")
_CODE = (
    "半角の小文字・数字・ハイフン。アドレスに使い、あとから変えません。同じコードの行は、今あるものを書きかえます。",
    "Small letters, digits, hyphens. Part of addresses; it stays. A row with a code that is there already changes it.",
)
_YES_NO = ("はい、いいえ。", "Yes or no.")
_MOMENT = ("2026-10-30 17:00、令和8年10月30日 午後5時など。", "Such as 2026-10-30 17:00.")
_READING = Column("reading", "ふりがな", "Reading in kana", about=("かなで。", "In kana, without kanji."), limit=300)
_OURS = Column(
    "not_in_source", "出典にない項目", "Not in the source", "separated",
    ("出典になく、こちらで補った項目の名前。title.en など。", "Fields that the source does not give, as title.en."),
    limit=4_000,
)  # fmt: skip
_STEP_FREE = Column(
    "step_free", "段差なし", "Without steps", "yes_no",
    ("はい、いいえ。分からなければ空欄。", "Yes or no; empty: not known."),
)  # fmt: skip
_ACCESS = _texts("access", "交通", "How to get there", reads="prose", limit=10_000)
_CAPACITY = ("人数。空欄は定員なし。", "A number of people; empty: no limit.")
REENTRY: Words = {
    "free": ("何度でも", "As often as one likes"),
    "after_exit": ("退場の読み取り後", "After going out was scanned"),
    "none": ("不可", "Not with the same ticket"),
}
ROLES: Words = {
    "organiser": ("主催", "Organiser"),
    "cooperation": ("協力", "Cooperation"),
    "speaker": ("登壇", "On stage"),
    "exhibitor": ("出展", "Exhibitor"),
    "school_class": ("学校", "School class"),
    "department": ("市の部局", "City department"),
    "participant": ("参加", "Participant"),
}
PERSON_ROLES: Words = {
    "speaker": ("登壇", "Speaker"),
    "moderator": ("進行", "Moderator"),
    "facilitator": ("ファシリテーター", "Facilitator"),
    "presenter": ("発表", "Presenter"),
    "interpreter": ("通訳", "Interpreter"),
}
SPOKEN: Words = {
    "ja": ("日本語", "Japanese"),
    "en": ("英語", "English"),
    "ja-easy": ("やさしい日本語", "Easy Japanese"),
}
STATES: Words = {
    "draft": ("下書き", "Draft"),
    "published": ("公開", "Published"),
    "closed": ("終了", "Closed"),
    "archived": ("保管", "Archived"),
}
MEASURES: Words = {
    "people": ("実人数", "People"),
    "people_per_day": ("日ごとの実人数の合計", "People of each day, summed"),
    "visits": ("延べ人数", "Visits"),
}

EVENT = Table("event", "催し", "Event", ("slug",), (
    Column("slug", "催しのアドレス", "Event address", "code", (
        "取り込む先の催しと同じもの。別の催しのファイルを取り違えないための欄です。空欄でもかまいません。",
        "That of the event; it guards against the wrong file. May be empty.")),
    *_texts("title", "催しの名称", "Title of the event", _NAME),
    _READING,
    *_texts("summary", "概要", "Summary", reads="prose", limit=10_000),
    *_texts("description", "説明", "Description", reads="prose", limit=10_000),
    *_texts("purpose", "目的", "Purpose", ("1行に1つ。", "One a line."), reads="lines", limit=10_000),
    *_texts("fee", "参加費", "Fee", limit=500),
    *_texts("how_to_take_part", "参加のしかた", "How to take part", reads="prose", limit=10_000),
    *_ACCESS,
    *_texts("contact.name", "問合せ先", "Contact"),
    Column("contact.email", "問合せ先メール", "Contact: e-mail address", limit=254),
    Column("contact.phone", "問合せ先電話", "Contact: telephone", limit=30),
    Column("contact.url", "問合せ先ウェブページ", "Contact: web page", limit=500),
    *_texts("source.title", "出典", "Source", limit=500),
    Column("source.url", "出典のウェブページ", "Web page of the source", limit=500),
    *_texts("source.note", "出典の注記", "Note on the source", reads="prose", limit=10_000),
    Column("licence", "ライセンス", "Licence"),
    Column("licence_url", "ライセンスのウェブページ", "Web page of the licence", limit=500),
    Column("municipality_code", "市区町村コード", "Municipality code", about=("6けた。", "Six digits."), limit=6),
    Column("municipality", "市区町村", "Municipality", limit=80),
    Column("starts_on", "初日", "First day", "day", ("2026-10-30、R8.10.30など。", "Such as 2026-10-30."), needed=True),
    Column("ends_on", "最終日", "Last day", "day", ("2026-11-04、R8.11.4など。", "Such as 2026-11-04."), needed=True),
    Column("timezone", "時間帯", "Time zone",
        about=("Asia/Tokyo など。", "Such as Asia/Tokyo."), needed=True, limit=64),
    Column("day_ends_at", "1日の終わり", "The day ends at", "clock", ("04:00 など。", "Such as 04:00.")),
    Column("languages", "ページの言語", "Languages of the pages", "words", words=SPOKEN),
    Column("status", "状態", "State", "word", words=STATES),
    Column("fictional", "架空の催し", "Made up", "yes_no", _YES_NO),
    Column("registration.opens_at", "申込開始", "Registration opens", "moment", _MOMENT),
    Column("registration.closes_at", "申込終了", "Registration closes", "moment", _MOMENT),
    Column("reentry", "再入場", "Coming in again", "word", words=REENTRY),
    Column("held_minutes_after_start", "開始後に席を取っておく分数", "Minutes that places are held after the start",
        "number"),
    Column("party_limit", "1申込の人数の上限", "Largest party", "number"),
    Column("people_measure", "参加人数の数え方", "Measure of attendance", "word", words=MEASURES),
    _OURS,
    Column("privacy_notice.number", "同意文の版", "Number of the privacy notice", "number"),
    *_texts("privacy_notice.text", "同意文", "Privacy notice", reads="prose", limit=10_000),
))  # fmt: skip
CATEGORIES = Table("categories", "区分", "Categories", ("key",), (
    Column("key", "区分コード", "Category code", "code", _CODE, needed=True, limit=80),
    *_texts("label", "区分の名称", "Label", _NAME),
    *_texts("belongs", "当てはまる人", "Who belongs here", limit=500),
    *_texts("first_words", "はじめての人への案内", "What the door says the first time", limit=500),
    Column("unknown", "区分不明", "Not known", "yes_no",
        ("unknown の行だけ「はい」。", "Yes for the row unknown only.")),
    Column("minor", "18歳未満", "Under 18", "yes_no", _YES_NO),
    _OURS,
))  # fmt: skip
VENUES = Table("venues", "会場", "Venues", ("slug",), (
    Column("slug", "会場コード", "Venue code", "code", _CODE, needed=True, limit=80),
    *_texts("name", "名称", "What it is called", _NAME),
    _READING,
    *_texts("address", "住所", "Address", limit=500),
    *_ACCESS,
    *_texts("parking", "駐車場", "Parking", reads="prose", limit=10_000),
    Column("latitude", "緯度", "Latitude", "degrees"),
    Column("longitude", "経度", "Longitude", "degrees"),
    _STEP_FREE,
    _OURS,
))  # fmt: skip
ROOMS = Table("rooms", "室", "Rooms", ("venue", "code"), (
    Column("venue", "室の会場コード", "Venue code of the room", "code",
        ("会場コード。", "The venue's code."), needed=True, limit=80),
    Column("code", "室コード", "Room code", "code", _CODE, needed=True, limit=80),
    *_texts("name", "名称", "What it is called", _NAME),
    _READING,
    Column("floor", "階", "Floor", limit=20),
    Column("capacity", "定員", "Capacity", "number", _CAPACITY),
    *_ACCESS,
    _STEP_FREE,
    _OURS,
))  # fmt: skip
ORGANISATIONS = Table("organisations", "団体", "Organisations", ("code",), (
    Column("code", "団体コード", "Organisation code", "code", _CODE, needed=True, limit=80),
    *_texts("name", "名称", "What it is called", _NAME),
    _READING,
    Column("kind", "団体の種類", "Kind", "word", needed=True, words={
        "npo": ("NPO・市民活動団体", "Non-profit organisation"),
        "company": ("企業", "Company"),
        "community": ("地域の団体", "Local group"),
        "school": ("学校", "School"),
        "department": ("市の部局", "City department"),
        "other": ("その他", "Other")}),
    Column("ward", "区", "Ward", limit=80),
    Column("url", "ウェブページ", "Web page", limit=500),
    Column("public", "公開ページに載せる", "Shown on the public pages", "yes_no", ("空欄は「はい」。", "Empty: yes.")),
    Column("named", "名前を出す", "Named", "yes_no", ("いいえ：数だけ数えます。", "No: only counted.")),
    _OURS,
))  # fmt: skip
PARTICIPATIONS = Table("participations", "参加と出展", "Roles and exhibits", ("organisation", "role"), (
    Column("organisation", "参加する団体", "Organisation", "organisation", (
        "団体コードか名称。出展が2つ以上なら、1つに1行。",
        "Code or name of the organisation. A row for each of its exhibits."), needed=True, limit=300),
    Column("role", "役割", "Role", "word", needed=True, words=ROLES),
    Column("took_part", "参加した", "Took part", "yes_no", ("終了後に確認したら。", "Once confirmed afterwards.")),
    *_texts("exhibit", "出展内容", "Exhibit", limit=500),
))  # fmt: skip
SPEAKERS = Table("speakers", "登壇者", "Speakers", ("code",), (
    Column("code", "登壇者コード", "Speaker code", "code", _CODE, needed=True, limit=80),
    *_texts("name", "氏名", "Name", _NAME),
    _READING,
    _OURS,
))  # fmt: skip
SESSIONS = Table("sessions", "プログラム", "Sessions", ("code",), (
    Column("code", "プログラムコード", "Session code", "code", _CODE, needed=True, limit=80),
    *_texts("title", "プログラム名", "Title", _NAME),
    _READING,
    Column("date", "日付", "Date", "day", (
        "2026-10-30、2026/10/30、2026年10月30日、令和8年10月30日、R8.10.30。", "Such as 2026-10-30."), needed=True),
    Column("begins", "開始", "Begins", "clock", ("9:30、9時30分、午後1時など。", "Such as 9:30."), needed=True),
    Column("ends_on", "終了日", "Last day", "day", ("別の日に終わるときだけ。", "Only if it ends on another day.")),
    Column("ends", "終了", "Ends", "clock", ("24:00より後は翌日です。", "After 24:00 is the next day."), needed=True),
    Column("room", "会場と室", "Room", "room",
        ("「会場コード/室コード」か、室の名称。", "venue-code/room-code, or its name."), limit=300),
    Column("further_rooms", "ほかの室", "Further rooms", "rooms", ("1行に1つ。", "One a line."), limit=4_000),
    Column("online_url", "オンラインのアドレス", "Online address", limit=500),
    *_texts("kind", "プログラムの種類", "Kind of session"),
    Column("track", "テーマ", "Track", "code",
        ("共通の符号。半角。", "A code that sessions of one theme share."), limit=80),
    Column("series", "シリーズ", "Series", "code",
        ("くり返すものに共通の符号。", "A code that repeats share."), limit=80),
    Column("admission", "参加方法", "Way of taking part", "word", words={
        "walk_in": ("当日参加可", "Just come"),
        "booking_and_walk_in": ("事前申込・空きがあれば当日参加可", "Register, or come if there is room"),
        "booking_only": ("事前申込制", "Register in advance"),
        "approval": ("事前申込・承認制", "Register; the organiser confirms"),
        "lottery": ("抽選", "Lottery"),
        "closed": ("関係者のみ", "Staff and partners only")}),
    Column("booking_closes_at", "申込の締切", "Bookings and applications until", "moment", _MOMENT),
    Column("capacity", "定員", "Capacity", "number", ("空欄は室の定員。", "Empty: that of the room.")),
    Column("capacity_kind", "定員の意味", "What the capacity limits", "word", words={
        "seats": ("席数", "Seats"), "at_once": ("同時にいる人数", "At once")}),
    Column("one_party", "1組だけ", "One party alone", "yes_no", _YES_NO),
    Column("drop_in", "出入り自由", "Drop in at any time", "yes_no", _YES_NO),
    Column("appearances", "プログラムの登壇者", "People on stage", "people", (
        "1行に1人。「コードか氏名 | 役割 | 所属 | 所属（英語） | 所属（やさしい日本語）」。新しい氏名は加えます。",
        "One a line: code or name | role | affiliation | in English | in easy Japanese. New names are added."),
        limit=20_000, words=PERSON_ROLES),
    Column("organisations", "プログラムの団体", "Organisations of the session", "roles", (
        "1行に1団体。「コードか名称 | 役割」。", "One a line: code or name | role."), limit=20_000, words=ROLES),
    Column("languages", "話される言語", "Languages spoken", "words", words=SPOKEN),
    Column("for_children", "こども向け", "Made for children", "yes_no", _YES_NO),
    Column("status", "開催状況", "State", "word", words={
        "planned": ("開催", "Takes place"), "cancelled": ("中止", "Called off")}),
    *_texts("description", "説明", "Description", reads="prose", limit=10_000),
    *_texts("access", "当日の案内", "Access, what to bring", reads="prose", limit=10_000),
    Column("door.opens_minutes_before_start", "開場（開始の何分前）", "Door opens, minutes before the start", "number",
        ("空欄は30。", "Empty: 30.")),
    Column("door.closes_minutes_after_end", "閉場（終了の何分後）", "Door closes, minutes after the end", "number",
        ("空欄は0。", "Empty: 0.")),
    Column("reentry", "再入場", "Coming in again", "word",
        ("空欄は催しのとおり。", "Empty: as the event has it."), words=REENTRY),
    Column("also_spelled", "別の表記", "Also spelled", "list", ("1行に1つ。", "One a line."), limit=4_000),
    _OURS,
))  # fmt: skip
TABLES = {table.key: table for table in (
    EVENT, CATEGORIES, VENUES, ROOMS, ORGANISATIONS, SPEAKERS, SESSIONS, PARTICIPATIONS)}  # fmt: skip
"""In the order in which one fills them in."""
EXPLANATIONS = ("列の説明", "Columns", "columns")  # titles of the table about the others, which is never read
