"""A drawing set by a process of its own, started by its file: it imports typst and nothing of ours.

typst keeps what it has set for the next time, up to 300 MiB after a report in three languages. What one process keeps
for itself goes back when it ends; the server, which has other things to keep, never had it.
"""

import json
import sys


def main() -> None:
    """From the wish on standard input (what `typst.compile` is given and `fonts`, a folder, as JSON) to the PDF on
    standard output. What typst refuses is said on standard error, with REFUSED as the code."""
    from typst import Fonts, TypstError
    from typst import compile as typeset

    wish = json.load(sys.stdin.buffer)
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[wish.pop("fonts")])
    try:
        sys.stdout.buffer.write(typeset(**wish, font_paths=fonts, ignore_system_fonts=True))
    except TypstError as refused:
        sys.stderr.write(str(refused))
        sys.exit(REFUSED)


REFUSED = 3

if __name__ == "__main__":
    main()
