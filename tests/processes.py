"""What the system says of processes (Linux)."""

from pathlib import Path


def memory(process: int) -> dict[str, int]:
    """What a process holds, in KiB. Pss: of what it shares with others its part."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}


def children(process: int) -> list[int]:
    """The processes that it began, by whichever of its threads. Asked again when a thread ended meanwhile, for what it
    began is another thread's from then on."""
    while True:
        try:
            tasks = list(Path(f"/proc/{process}/task").iterdir())
            return [int(one) for task in tasks for one in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            if not Path(f"/proc/{process}").exists():
                raise
