"""Old and other forms of a kanji, so that a search finds 横濱 and 横浜, 髙橋 and 高橋, 澤邉 and 沢辺 alike.

The table beside this file is the one that Python and the scanner's JavaScript read: new form to its other forms. They
are the forms that the government's list of common kanji (常用漢字表, 2010) and the list of kanji for names (人名用漢字,
family register act) give in brackets, and those in which family names and names of places are often written. It joins
what is written for one another, not only what means the same: 弁 stands for 辨, 瓣 and 辯. Forms that Unicode holds as
compatible (塚 U+FA10) are joined by NFKC before.
"""

import json
from pathlib import Path

_TABLE: dict[str, str] = json.loads(Path(__file__).with_name("kanji.json").read_text("utf-8"))
NEW_FORMS: dict[int, str] = {ord(old): new for new, others in _TABLE.items() for old in others}
"""For str.translate: every old or other form to the one that searches compare. None of the new forms is an old one."""
