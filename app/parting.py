"""Several workers of one server that part from one process, which loads the application for them and ends.

What is loaded and never changed is in memory once for all of them. What is changed, if only to count who holds it, is
there once for each, and once more in the process that loaded it: were that the supervisor, it would keep a copy for
nothing. The kernel gives orphans to an ancestor that asks for them, so the workers become children of the supervisor,
who waits for them and begins new ones as for workers of its own.
"""

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, get_start_method
from typing import Any

from granian.server.mp import MPServer

PR_SET_CHILD_SUBREAPER = 36


class Parting(MPServer):
    """The server with its supervisor. load: makes what the workers share, which is handed to the target's loader. One
    worker, one that comes in the place of a dead one, and those on a system that has not what it takes, load for
    themselves."""

    def __init__(self, *arguments: Any, load: Callable[[], Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._load = load

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        if self.workers == 1 or get_start_method() != "fork" or not _take_orphans(1):
            super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]
            return
        numbers, failed = self._parted(spawn_target, target_loader)
        _take_orphans(0)  # who outlives a worker later, as the painter may, is not ours to wait for
        for idx, number in enumerate(numbers):
            worker: Any = self._spawn_worker(idx=idx, target=spawn_target, callback_loader=target_loader)
            worker.inner = Adopted(number)
            worker._watch()
            self.wrks.append(worker)
        self._metrics.incr_spawn(len(numbers))
        if failed:
            self.shutdown(failed)  # type: ignore[no-untyped-call]

    def _parted(self, spawn_target: Any, target_loader: Any) -> tuple[list[int], int]:
        """The numbers of the workers' processes, and the exit code of the one they part from, which is gone."""
        reading, writing = os.pipe()
        loader = get_context("fork").Process(target=self._load_and_part, args=(spawn_target, target_loader, writing))
        loader.start()
        loader.join()  # told to end meanwhile, we end when we know whom to end
        os.write(writing, b"\n")
        said = os.read(reading, 4096)
        os.close(reading)
        os.close(writing)
        return [int(one) for one in said.split()], abs(loader.exitcode or 0)

    def _load_and_part(self, spawn_target: Any, target_loader: Any, writing: int) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor alone
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # and who is told to end before it can listen ends at once
        shared = partial(target_loader, self._load())
        gc.collect()  # what loading left behind would lie in the memory of each of them
        for idx in range(self.workers):
            worker: Any = self._spawn_worker(idx=idx, target=spawn_target, callback_loader=shared)
            worker.inner.start()
            os.write(writing, b"%d " % worker.inner.pid)
        os._exit(0)  # and not as processes end that have children, who wait for them


class Adopted:
    """A child of ours that another process began, as far as the supervisor asks for what a process can do."""

    def __init__(self, number: int) -> None:
        self.pid = number
        self._ended = threading.Event()
        threading.Thread(target=self._wait, name="adopted", daemon=True).start()

    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def join(self, timeout: float | None = None) -> None:
        self._ended.wait(timeout)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _wait(self) -> None:
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._ended.set()

    def _send(self, what: signal.Signals) -> None:
        if self.is_alive():  # or its number may be another one's by now
            with suppress(ProcessLookupError):
                os.kill(self.pid, what)


def _take_orphans(whether: int) -> bool:
    """1 or 0; whether the system does as it is told."""
    return sys.platform == "linux" and not ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, whether, 0, 0, 0)
