"""What MANIFEST.md states of a file, in the words of the peer that opened it, and what `discern-run` has to say for it.

Each function takes the peer's words and an opened file (program.Opened), and yields what does not agree. Axes have
another order in each peer (NumPy: slowest first), so lengths are compared without order and without axes of length 1,
where the format has no order of its own.
"""
import ast
import re

import program

TYPES = {">f4": "float32", "<f4": "float32", ">f8": "float64", "<f8": "float64", ">i2": "int16", "<i2": "int16", ">i4": "int32"}


def lengths(text):
    return [int(n) for n in re.findall(r"-?\d+", text)]


def unordered(shape):
    return sorted(n for n in shape if n > 1)


def alike(ours, theirs, relative=6e-4):
    """The manifest rounds to four digits."""
    return abs(ours - theirs) <= relative * max(abs(theirs), 1e-12)


def field_of(shape, opened, name=None):
    """The fields of those lengths, and of that name (or a part of it) if one is given."""
    for field in opened.fields:
        if unordered(program.shape(field)) == unordered(shape) and (name is None or field["name"] == name):
            yield field


def an_array(shape, kind, opened, name=None):
    fields = list(field_of(shape, opened, name))
    if not fields:
        yield f"no field {name or ''} of {shape}; there are {[(f['name'], program.shape(f)) for f in opened.fields][:6]}"
    elif kind and TYPES.get(kind, kind) not in {f["type"] for f in fields}:
        yield f"{fields[0]['name']} is {fields[0]['type']}, not {kind}"


def a_range(words, opened, field):
    stated = re.search(r"range \(?(-?[\d.e+-]+?)(?:\.\.|, )(-?[\d.e+-]+)", words)
    counted = re.search(r"(?:nlabels|unique)=(\d+)", words)
    if not stated and not counted:
        return
    low, high, values = opened.read(field, bool(counted))
    if stated and not (alike(low, float(stated[1])) and alike(high, float(stated[2]))):
        yield f"{field['name']} ranges over {low}..{high}, not {stated[1]}..{stated[2]}"
    if counted and values != int(counted[1]):
        yield f"{field['name']} has {values} different values, not {counted[1]}"


def nifti(words, opened):
    shape = lengths(re.search(r"\(([^)]*)\)", words)[1])
    field = opened.fields[0]
    ours = field["shape"] + ([field["time"]["size"]] if len(shape) > 3 else [])
    if ours != shape:
        yield f"its shape is {ours}, not {shape}"
    yield from an_array(shape, re.search(r"\) (\S+) zooms", words)[1], opened)
    zooms = [float(n) for n in re.search(r"zooms \(([^)]*)\)", words)[1].split(",")]
    steps = program.spacing(field)
    if not all(alike(a, b) for a, b in zip(steps, zooms)):
        yield f"its voxels measure {steps}, not {zooms[:3]}"
    times = field["time"].get("values") or []
    if len(zooms) > 3 and len(times) > 1:
        unit = {"ms": 1000, "µs": 1e6}.get(field["time"]["unit"], 1)
        if not any(alike(times[1] - times[0], zooms[3] / k) for k in (1, unit, 1000)):
            yield f"its time step is {times[1] - times[0]} {field['time']['unit']}, not {zooms[3]}"
    yield from a_range(words, opened, field)


def cifti(words, opened):
    shape = lengths(re.search(r"\(([^)]*)\)", words)[1])
    places = max(shape)
    maps = sum(f["time"]["size"] * f["components"] for f in opened.fields if f["shape"][0] == places)
    if maps != min(shape):
        yield f"it has {maps} maps of {places} places, not {min(shape)}"
    if opened.fields[0]["type"] != "float32" and not opened.fields[0]["labels"]:
        yield f"its values are {opened.fields[0]['type']}"


def gifti(words, opened):
    for rows, columns, kind in re.findall(r"\((\d+),\s*(\d*)\)(\w+)", words):
        rows = int(rows)
        if columns == "3" and opened.grids:
            ours = opened.grids[0]["points" if kind.startswith("float") else "cells"]
            if ours != rows:
                yield f"the surface has {ours}, not {rows}"
        else:
            yield from an_array([rows], kind, opened)


def delimited(words, opened):
    lines, columns = lengths(re.match(r"ok (\d+) lines x (\d+) cols", words)[0])
    table = opened.tables[0] if opened.tables else None
    if table is None:
        yield "there is no table"
        return
    # The head, and comments before it, are lines without rows; a column of dates comes twice, as text and as time.
    if not lines - 6 <= table["rows"] <= lines:
        yield f"its table has {table['rows']} rows of {lines} lines"
    own = [c for c in table["columns"] if not c.endswith((" (time)", " (number)"))]
    own = [c for c in own if c != "time" or "time" in words or len(own) == columns]
    if len(own) != columns:
        preamble = re.search(r"first: '# ", words)
        if not preamble:
            yield f"its table has {len(own)} columns, not {columns}"
    first = re.search(r"first: '\"?([A-Za-z][\w.]*)", words)
    if first and table["rows"] < lines and not any(c.startswith(first[1]) for c in table["columns"]):
        yield f"there is no column {first[1]}; the first is {table['columns'][0]}"


def text(words, opened):
    """Only the number of lines is stated: what is in them comes from the reader of its format."""
    lines = lengths(words)[0]
    rows = max([t["rows"] for t in opened.tables], default=0)
    # A peer that counts line feeds sees none in a text of one line, or of carriage returns.
    if lines > 1 and opened.format in ("CSV", "TSV", "text table") and not lines * 0.5 - 10 <= rows <= lines + 1:
        yield f"its table has {rows} rows of {lines} lines"
    yield from something(opened)


def binary(words, opened):
    size = lengths(words)[0]
    if program.inflated_size(opened.path) not in (size, program.file_size(opened.path)) and program.file_size(opened.path) != size:
        yield f"the file has {program.file_size(opened.path)} bytes, not {size}"
    yield from something(opened)


def something(opened):
    if not opened.fields and not opened.tables and not opened.grids:
        yield "it opens, and there is nothing in it"


def arrays(words, opened):
    """MATLAB and NumPy archives: NAME(shape)type; NAME=value."""
    for name, shape, kind in re.findall(r"(\w+)\(([\d, ]+)\)(\w+)", words):
        if max(lengths(shape)) > 1:
            yield from an_array(lengths(shape), kind, opened, name)
        elif name not in opened.attributes:
            yield f"the single number {name} is not among the attributes"
    for name, value in re.findall(r"(\w+)=(\w+)", words):
        if opened.attributes.get(name) != value:
            yield f"{name} is {opened.attributes.get(name)}, not {value}"


def netcdf(words, opened):
    columns = {c for t in opened.tables for c in t["columns"]}
    coordinates = {n for f in opened.fields for n in f["axes"]}
    for name, shape in re.findall(r"(\w+)\(([\d, ]+)\)", words.split(" vars ")[1]):
        beside = name in coordinates or any(name.startswith(p) for p in ("nav_", "reftime"))
        if any(f["name"] == name for f in opened.fields):
            ours = next(f for f in opened.fields if f["name"] == name)
            if program.size(ours) != program.product(lengths(shape)):
                yield f"{name} is {program.shape(ours)}, not {shape}"
        elif name not in columns and not beside:
            yield f"there is no {name}"


def hdf5(words, opened):
    """Data sets that became a mesh are told by its counts; others are fields of their path."""
    named = re.findall(r"([\w./]+)\(([\d, ]+)\)", words)
    if opened.grids:
        counts = {g[k] for g in opened.grids for k in ("points", "cells")} | {program.size(f) for f in opened.fields}
        if not any(program.product(lengths(s)) in counts for _, s in named):
            yield f"none of {named} is in a mesh of {counts}"
        return
    for name, shape in named:
        yield from an_array(lengths(shape), None, opened, name)


def fits(words, opened):
    rows = re.search(r"rows=(\d+) cols=(\d+)", words)
    image = re.search(r"\((\d+), (\d+)\) (\S+)", words)
    if image:
        yield from an_array(lengths(image[0].split(")")[0]), image[3], opened)
    elif opened.grids:  # HEALPix: a cell a pixel, 1024 in each row of the table
        if opened.grids[0]["cells"] != int(rows[1]) * 1024 or len(opened.fields) < int(rows[2]):
            yield f"the map has {opened.grids[0]['cells']} pixels, {len(opened.fields)} fields"
    elif (opened.tables[0]["rows"], len(opened.tables[0]["columns"])) != (int(rows[1]), int(rows[2])):
        yield f"its table is {opened.tables[0]['rows']} × {len(opened.tables[0]['columns'])}, not {rows[1]} × {rows[2]}"


def mesh(words, opened):
    points, cells = int(re.search(r"pts=(\d+)", words)[1]), int(re.search(r"cells=(\d+)", words)[1])
    if opened.grids:
        grid = opened.grids[0]
        if (grid["points"], grid["cells"]) != (points, cells):
            yield f"it has {grid['points']} points and {grid['cells']} cells, not {points} and {cells}"
    elif not any(program.voxels(f) in (points, cells) for f in opened.fields):
        yield f"no field has {points} or {cells} voxels"
    names = {f["name"] for f in opened.fields}
    for kind, name, span in re.findall(r"\b([pc]):(\w+)(?: \(([^)]*)\))?", words):
        field = next((f for f in opened.fields if f["name"] == name), None)
        if field is None:
            yield f"there is no {name}, there are {sorted(names)}"
            continue
        if program.voxels(field) != (points if kind == "p" else cells):
            yield f"{name} has {program.voxels(field)} values"
        if span:
            low, high = [float(n) for n in span.split(",")]
            if not any(alike(a, low) and alike(b, high) for a, b in opened.ranges(field)):
                yield f"{name} ranges over {opened.ranges(field)}, not {span}"


def levels(words, opened):
    stated = tuple(lengths(words))
    ours = (opened.grids[0]["levels"], opened.grids[0]["blocks"])
    if ours != stated:
        yield f"it has {ours} levels and boxes, not {stated}"


def exodus(words, opened):
    nodes, elements, steps = [int(re.search(k + r"=(\d+)", words)[1]) for k in ("nodes", "elems", "steps")]
    grid = opened.grids[0]
    if (grid["points"], grid["cells"], max(f["time"]["size"] for f in opened.fields)) != (nodes, elements, steps):
        yield f"it has {grid['points']} points, {grid['cells']} cells"
    for name in ast.literal_eval(re.search(r"\[.*\]", words)[0]):
        if not any(f["name"] == name for f in opened.fields):
            yield f"there is no {name}"


def crystal(words, opened):
    """The peer's count of atom lines takes in those of other loops, so only that there are atoms can be held to it."""
    group, edge = re.search(r"sg=(.*?) a=([\d.]+)", words).groups()
    if not opened.grids or opened.grids[0]["points"] < 1:
        yield "it has no atoms"
    if opened.attributes.get("space group", "").replace(" ", "") != group.replace(" ", ""):
        yield f"its space group is {opened.attributes.get('space group')}, not {group}"
    cubic = len(group.split()) > 2 and group.split()[2].lstrip("-").startswith("3")
    if cubic and not alike(float(opened.attributes["cell volume"].split()[0]), float(edge) ** 3):
        yield f"its cell measures {opened.attributes['cell volume']}, not the cube of {edge}"


def cube(words, opened):
    if opened.grids[0]["points"] != int(re.search(r"atoms=(\d+)", words)[1]):
        yield f"it has {opened.grids[0]['points']} atoms"
    yield from an_array(lengths(re.search(r"grid=\[(.*?)\]", words)[1]), None, opened)


def vasp(words, opened):
    grid = lengths(re.search(r"grid=\[(.*?)\]", words)[1])
    field = next(iter(field_of(grid, opened)), None)
    if field is None:
        yield f"no field of {grid}"
        return
    edge = [float(n) for n in re.findall(r"-?\d+\.\d+", re.search(r"a0=\[(.*?)\]", words)[1])]
    ours = [field["affine"][row * 4] * grid[0] for row in range(3)]
    if not all(abs(a - b) < 1e-5 for a, b in zip(ours, edge)):
        yield f"its first vector is {ours}, not {edge}"


def image(words, opened):
    shape = lengths(re.search(r"\(([^)]*)\)", words)[1])
    yield from an_array(shape, re.search(r"\) (\w+)", words)[1], opened)
    for field in opened.fields[:1]:
        yield from a_range(words, opened, field)


def numpy_array(words, opened):
    yield from an_array(lengths(re.search(r"\(([^)]*)\)", words)[1]), re.search(r"\) (\w+)", words)[1], opened)
    yield from a_range(words, opened, opened.fields[0])


def metaimage(words, opened):
    shape = lengths(re.search(r"\(([^)]*)\)", words)[1])
    if opened.fields[0]["shape"] != shape:
        yield f"its shape is {opened.fields[0]['shape']}, not {shape}"
    yield from a_range(words, opened, opened.fields[0])


def graph(words, opened):
    counts = dict(re.findall(r"'(\w+)': (\d+)", words))
    nodes, edges = int(counts.get("NODE", counts.get("S", 0))), int(counts.get("ARC", counts.get("L", 0)))
    if (opened.grids[0]["points"], opened.grids[0]["cells"]) != (nodes, edges):
        yield f"it has {opened.grids[0]['points']} nodes and {opened.grids[0]['cells']} edges, not {nodes} and {edges}"


def sequences(words, opened):
    if opened.tables[0]["rows"] != lengths(words)[0]:
        yield f"it has {opened.tables[0]['rows']} sequences, not {lengths(words)[0]}"


def geopackage(words, opened):
    name, rows = re.search(r"GeoPackage (\w+): (\d+) rows", words).groups()
    if not any(t["name"] == name and t["rows"] == int(rows) for t in opened.tables):
        yield f"there is no table {name} of {rows} rows"


def archive(words, opened):
    members = int(re.search(r"zip (\d+) members", words)[1])
    if opened.attributes.get("members") != str(members):
        yield f"it has {opened.attributes.get('members')} members, not {members}"
    yield from something(opened)


# The first words that the manifest has, and what checks the rest. The first that matches is asked.
CHECKS = [
    (r"ok Nifti1Image", nifti), (r"ok CIFTI2", cifti), (r"ok GIFTI", gifti), (r"ok \d+ lines x", delimited),
    (r"ok text", text), (r"ok binary", binary), (r"ok (MAT|npz) ", arrays), (r"ok NETCDF", netcdf), (r"ok HDF5", hdf5),
    (r"ok FITS", fits), (r"ok vtk", mesh), (r"ok AMR", levels), (r"ok Exodus", exodus), (r"ok CIF ", crystal),
    (r"ok cube", cube), (r"ok VASP", vasp), (r"ok image", image), (r"ok npy", numpy_array), (r"ok MetaImage", metaimage),
    (r"ok graph", graph), (r"ok FAST[AQ]", sequences), (r"ok GeoPackage", geopackage), (r"ok zip", archive),
]
