"""discern-run, asked about files: `info --json` of all at once, `read` of a field when its values are needed."""
import gzip
import json
import os
import subprocess
import tempfile

import numpy


def shape(field):
    """x, y, z, time, component."""
    return field["shape"] + [field["time"]["size"], field["components"]]


def product(numbers):
    result = 1
    for n in numbers:
        result *= n
    return result


def voxels(field):
    return product(field["shape"])


def size(field):
    return product(shape(field))


def spacing(field):
    m = field["affine"]
    return [sum(m[row * 4 + axis] ** 2 for row in range(3)) ** 0.5 for axis in range(3)]


def file_size(path):
    return os.path.getsize(path)


def inflated_size(path):
    with open(path, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return file_size(path)
    with gzip.open(path) as file:
        return len(file.read())


class Opened:
    """A file as `discern-run info --json` tells of it."""

    def __init__(self, program, path, info):
        self.program, self.path, self.info = program, path, info
        self.fields, self.tables, self.grids = info["fields"], info["tables"], info["grids"]
        self.attributes, self.format = info["attributes"], info["format"]

    def values(self, field, component):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "values.npy")
            subprocess.run([self.program, "read", self.path, "--field", field["name"], "--component", str(component), "--output", out],
                           check=True, capture_output=True)
            return numpy.load(out)

    def ranges(self, field):
        """(lowest, highest) of each component."""
        parts = [self.values(field, c) for c in range(field["components"])]
        return [(float(numpy.nanmin(p)), float(numpy.nanmax(p))) for p in parts]

    def read(self, field, count):
        """The lowest and highest value of all components, and how many different ones there are, if asked."""
        parts = [self.values(field, c) for c in range(field["components"])]
        different = len(numpy.unique(numpy.concatenate([p.ravel() for p in parts]))) if count else None
        return float(min(numpy.nanmin(p) for p in parts)), float(max(numpy.nanmax(p) for p in parts)), different


def info(program, paths):
    """path → Opened, or the message of the refusal."""
    run = subprocess.run([program, "info", "--json", *paths], capture_output=True, text=True)
    refused = {}
    for line in run.stderr.splitlines():
        path, _, problem = line.removeprefix("discern-run: ").partition(": ")
        refused[path] = problem
    # In the order asked: a part of something opens as the whole, under another path.
    opened = iter(json.loads(run.stdout))
    return {p: refused[p] if p in refused else Opened(program, p, next(opened)) for p in paths}
