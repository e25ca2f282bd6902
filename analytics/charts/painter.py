"""The process that draws charts, started as a module: it reads what is wanted and writes files until its input ends."""

import gc
import pickle
import signal
import sys

from analytics.charts.drawings import draw


def main() -> None:
    """From each wish on standard input, pickled as the easel writes it, to the file on standard output, pickled too. A
    picture that cannot be drawn ends the process, with the reason on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            chart, frame, shape, form = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began us
        except EOFError:
            return
        pickle.dump(draw(chart, frame, shape=shape, form=form), sys.stdout.buffer)
        sys.stdout.buffer.flush()
        gc.collect()  # a figure holds itself, and up to 30 MiB of dots


if __name__ == "__main__":
    main()
