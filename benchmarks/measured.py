"""What the benchmarks share: processes that are measured, ratios, tables in Markdown."""

import os
import platform
import re
import resource
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("dbt-core", "duckdb", "scikit-learn", "pandas", "polars")

# What a process may take of the machine's memory: one that wants more fails, and not the machine.
MEMORY_SHARE = 0.9


class BenchmarkError(Exception):
    """Why nothing can be reported, in a sentence."""

    @property
    def is_of_memory(self):
        """Whether a process wanted more memory than it may take."""
        return bool(re.search("out of memory|MemoryError|memory allocation", str(self), re.I))


@dataclass(frozen=True)
class Usage:
    """What a process took from start to end."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    started_at: float


def most_memory():
    """Give the bytes of memory that a measured process may take."""
    return int(MEMORY_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def measured(command, environment=None):
    """Run a process, within `most_memory`, and measure it.

    The peak counts what lies in memory when the process is started: its starter has to be small.

    Parameters
    ----------
    command : list
        Program and arguments.
    environment : dict, optional
        Environment variables to add.

    Returns
    -------
    Usage
        Wall and CPU seconds, and the peak of memory in megabytes (10⁶ bytes).

    Raises
    ------
    BenchmarkError
        The process failed.
    """
    with tempfile.TemporaryFile() as output:
        started_at, start = time.time(), time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            [str(part) for part in command],
            cwd=PROJECT,
            env=os.environ | (environment or {}),
            preexec_fn=_limit_memory,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()[-2000:]
            raise BenchmarkError(
                f"{' '.join(map(str, command))} failed ({process.returncode}): {said}"
            )
    unit = 1 if platform.system() == "Darwin" else 1024
    return Usage(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss * unit / 1e6,
        started_at=started_at,
    )


def _limit_memory():
    resource.setrlimit(resource.RLIMIT_DATA, (most_memory(), most_memory()))


def said(command):
    """Read what a process prints.

    Raises
    ------
    BenchmarkError
        The process failed.
    """
    process = subprocess.run(  # noqa: S603
        [str(part) for part in command], cwd=PROJECT, capture_output=True, text=True
    )
    if process.returncode:
        raise BenchmarkError(f"{' '.join(map(str, command))} failed: {process.stderr[-2000:]}")
    return process.stdout


def divided(numerators, denominators):
    """Ratios round by round."""
    return [a / b for a, b in zip(numerators, denominators, strict=True)]


def heading(*names):
    """Print the head of a table."""
    print("\n| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")


def row(name, figures, bar=None):
    """Print a figure of several rounds, and whether its median is within the bar.

    Parameters
    ----------
    name : str
        What was measured.
    figures : list of float
        One of each round.
    bar : tuple, optional
        "≤" or "≥", and the limit.
    """
    median = statistics.median(figures)
    cells = [f"{figure:,.2f}" for figure in (median, min(figures), max(figures))]
    if bar:
        sign, limit = bar
        holds = median <= limit if sign == "≤" else median >= limit
        cells += [f"{sign} {limit:,}", "holds" if holds else "missed"]
    else:
        cells += ["", ""]
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def machine():
    """Name the machine and the versions measured on."""
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [
            line.split(": ")[1]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    versions = ", ".join(f"{package} {_version(package)}" for package in PACKAGES)
    return f"{os.cpu_count()} × {processor}, Python {platform.python_version()}, {versions}"


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
