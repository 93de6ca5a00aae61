"""A run as an analysis sees it: inputs, parameters, outputs, and the run's surroundings."""
from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
import traceback
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import numpy as np

from .errors import Cancelled, ReadError, UsageError
from .field import Field
from .result import Column, write_result


class Inputs(Mapping[str, Field]):
    """The fields by the manifest's names. Values are mapped into memory: only what is used is read.

    A field is the time step and component that the person chose, (z, y, x); or, where the manifest says that the input
    extends along time ("axes": ["time"]), all steps, (time, z, y, x).
    """

    def __init__(self, folder: str, described: Dict[str, Any]) -> None:
        self._folder, self._described, self._fields = folder, described, {}  # type: ignore[var-annotated]

    def __getitem__(self, name: str) -> Field:
        if name not in self._described:
            raise UsageError(f'input "{name}" was not given')
        if name not in self._fields:
            entry = self._described[name]
            values = np.load(os.path.join(self._folder, entry["file"]), mmap_mode="r")
            self._fields[name] = Field(values, entry["info"])
        return self._fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self._described

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)


class Region(NamedTuple):
    """A box of voxels, half-open: lo ≤ voxel < hi, in (x, y, z)."""

    lo: Tuple[int, int, int]
    hi: Tuple[int, int, int]

    @property
    def slices(self) -> Tuple[slice, slice, slice]:
        """For values in (z, y, x): ``values[region.slices]``, or ``values[(..., *region.slices)]``."""
        return tuple(slice(low, high) for low, high in zip(self.lo[::-1], self.hi[::-1]))  # type: ignore[return-value]


class Parameters(Mapping[str, Any]):
    """The parameters, complete and valid, by name: float, int, bool, str, list, … as the manifest types them.

    ``parameters["factor"]`` is the value as it stands in the job; ``parameters.number("factor")`` and the like say which
    type is meant, for an editor and for a type checker, and give colours, regions and axes a handier form.
    """

    def __init__(self, values: Dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise KeyError(f'the plugin asks for a parameter "{name}" that its manifest doesn\'t have')
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def number(self, name: str) -> float:
        return float(self[name])

    def integer(self, name: str) -> int:
        return int(self[name])

    def boolean(self, name: str) -> bool:
        return bool(self[name])

    def text(self, name: str) -> str:
        """Also a choice."""
        return str(self[name])

    def file(self, name: str) -> str:
        """A path; empty: none."""
        return str(self[name])

    def color(self, name: str) -> Tuple[int, int, int]:
        """Red, green, blue, 0 to 255."""
        text = str(self[name])
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)

    def labels(self, name: str) -> List[int]:
        """Sorted; empty: none."""
        return [int(label) for label in self[name]]

    def field(self, name: str) -> str:
        """The name of the field; empty: none. The field itself is ``inputs[name]``."""
        return str(self[name])

    def axis(self, name: str) -> str:
        """One of "x", "y", "z", "time"."""
        return str(self[name])

    def array_axis(self, name: str) -> int:
        """The axis of ``Field.values``, counted from the end: x is −1, y −2, z −3, time −4."""
        return -1 - ("x", "y", "z", "time").index(self.axis(name))

    def time_range(self, name: str) -> Tuple[float, float]:
        """First and last step, or time, both included."""
        first, last = self[name]
        return first, last

    def region(self, name: str) -> Region:
        (i0, i1), (j0, j1), (k0, k1) = self[name]
        return Region((i0, j0, k0), (i1, j1, k1))

    def numbers(self, name: str) -> List[float]:
        return [float(value) for value in self[name]]

    def integers(self, name: str) -> List[int]:
        return [int(value) for value in self[name]]

    def texts(self, name: str) -> List[str]:
        """Also of choices."""
        return [str(value) for value in self[name]]


class Outputs:
    """Where results go. They are in the run's result.h5 when the program has ended."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "outputs")
        os.makedirs(self._folder, exist_ok=True)
        self._summary: Dict[str, Any] = {}

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, re.sub(r"[^\w-]", "_", name) + ".h5")

    def add_field(self, field: Field) -> None:
        """``inputs["image"].like(values, name="smooth")`` makes one that lies where an input does."""
        write_result(self._path(field.name), fields=[field])

    def add_table(self, name: str, columns: Mapping[str, Column], units: Optional[Mapping[str, str]] = None) -> None:
        """Columns of numbers or of text, all of one length."""
        write_result(self._path(name), tables=[(name, columns, units or {})])

    def add_summary(self, name: str, value: Any) -> None:
        """A number (or text) about the result, shown beside it."""
        self._summary[name] = value.item() if isinstance(value, np.generic) else value
        part = os.path.join(self._folder, ".summary")
        with open(part, "w", encoding="utf-8") as file:
            json.dump(self._summary, file, allow_nan=False)
        os.replace(part, os.path.join(self._folder, "summary.json"))


class Context:
    """The run's surroundings."""

    def __init__(self, folder: str, threads: int, seed: int) -> None:
        self.folder = folder  #: the run directory, which is also the working directory
        self.threads = threads  #: how many the run may use
        self.seed = seed  #: the only source of randomness: the same seed must give the same result
        self._events = os.open(os.path.join(folder, "events.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.rank = int(os.environ.get("DISCERN_RANK", "0"))  #: which of the run's processes this is
        self.size = int(os.environ.get("DISCERN_RANKS", "1"))  #: how many there are; the files of rank 0 count
        self._asked = self._winding = False
        self._looked = self._told = self._looked_winding = 0.0
        self._cancel_file = os.environ.get("DISCERN_CANCEL", os.path.join(folder, "cancel"))
        self._wind_up_file = os.environ.get("DISCERN_WIND_UP", os.path.join(folder, "wind-up"))
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: Any) -> None:
        self._asked = True

    def _event(self, kind: str, value: Any) -> None:
        line = json.dumps({"time": time.time(), "kind": kind, "value": value}) + "\n"
        os.write(self._events, line.encode("utf-8"))  # one write: a reader never sees two lines mixed

    def phase(self, name: str) -> None:
        """What is going on: "Distance transform"."""
        self._event("phase", str(name))

    def progress(self, fraction: float) -> None:
        """Of the whole run, 0 to 1. May be called as often as one likes: at most twenty a second are written."""
        now = time.monotonic()
        if fraction >= 1 or now - self._told >= 0.05:
            self._told = now
            self._event("progress", min(1.0, max(0.0, float(fraction))))

    def log(self, line: str) -> None:
        self._event("log", str(line))

    def error(self, message: str) -> None:
        """Why the run fails. An exception says it too."""
        self._event("error", message)

    def partial(self, field: Field) -> None:
        """Publishes an intermediate field; the window shows it while the run goes on."""
        relative = "partial/" + re.sub(r"[^\w-]", "_", field.name) + ".h5"
        os.makedirs(os.path.join(self.folder, "partial"), exist_ok=True)
        write_result(os.path.join(self.folder, relative), fields=[field])
        self._event("partial", relative)

    @property
    def cancelled(self) -> bool:
        """Whether the run is to end. Look at it, or call check_cancelled(), at least every tenth of a second."""
        now = time.monotonic()
        if not self._asked and now - self._looked > 0.1:
            self._looked = now
            self._asked = os.path.exists(self._cancel_file)
        return self._asked

    def check_cancelled(self) -> None:
        if self.cancelled:
            raise Cancelled

    @property
    def wind_up(self) -> bool:
        """Whether the run's time is about to end: add a result of what there is, and return.

        Ask between steps that give a result of their own, and only if you heed it: the result then counts as partial.
        """
        now = time.monotonic()
        if not self._winding and now - self._looked_winding > 0.1:
            self._looked_winding = now
            if os.path.exists(self._wind_up_file):
                self._winding = True
                self._event("woundUp", True)
        return self._winding

    @property
    def random(self) -> np.random.Generator:
        """A fresh generator from the seed: the same numbers each time."""
        return np.random.default_rng(self.seed)


def _place(problem: BaseException) -> str:
    """Where in the author's own file it happened: " (filter.py, line 12)"."""
    own = os.path.abspath(sys.argv[0])
    lines = [entry.lineno for entry in traceback.extract_tb(problem.__traceback__) if os.path.abspath(entry.filename) == own]
    return f" ({os.path.basename(own)}, line {lines[-1]})" if lines else ""


def main(run: Callable[[Inputs, Parameters, Outputs, Context], None]) -> None:
    """Calls ``run(inputs, parameters, outputs, context)`` for the run directory that the program was started with."""
    if len(sys.argv) != 2 or not os.path.isfile(os.path.join(sys.argv[1], "program.json")):
        sys.exit(f"{sys.argv[0]} is an analysis for Discern: discern-run run ID … starts it, with a run directory")
    folder = sys.argv[1]
    with open(os.path.join(folder, "program.json"), encoding="utf-8") as file:
        job = json.load(file)
    context = Context(folder, int(job["threads"]), int(job["seed"]))
    code, message = 0, ""
    try:
        context.check_cancelled()
        run(Inputs(folder, job["inputs"]), Parameters(job["parameters"]), Outputs(folder), context)
        context.check_cancelled()
    except Cancelled:
        code = 4
    except UsageError as problem:
        code, message = 2, str(problem)
    except ReadError as problem:
        code, message = 3, str(problem)
    except MemoryError:
        context._event("outOfMemory", None)
        code, message = 1, "There is not enough memory for this analysis of this input."
    except Exception as problem:  # shown to the person; the whole of it is in stderr.log
        traceback.print_exc()
        text = problem.args[0] if isinstance(problem, KeyError) and problem.args else problem
        code, message = 1, f"{type(problem).__name__}: {text}{_place(problem)}"
    if message:
        context.error(message)
    sys.stdout.flush()
    sys.stderr.flush()
    if code != 0:
        os._exit(code)  # HDF5 may crash at a regular end when its file could not be written
    sys.exit(0)
