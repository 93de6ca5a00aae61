"""Writes the files that Discern reads as results (their layout: analysis/io/README.md)."""
from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from typing import Any, Dict, List, Mapping, Sequence, Union

import h5py
import numpy as np

from .field import Field

Column = Union[np.ndarray, Sequence[float], Sequence[str]]


def _text(group: h5py.Group, name: str, text: str) -> None:
    group.create_dataset(name, data=_texts(text.encode("utf-8")))


def _texts(encoded: Any) -> np.ndarray:
    """Text of fixed length, UTF-8: one, or a list."""
    longest = max([1] + [len(text) for text in (encoded if isinstance(encoded, list) else [encoded])])
    return np.array(encoded, dtype=h5py.string_dtype("utf-8", longest))


def _link(name: str, taken: List[str]) -> str:
    link = name.replace("/", "_") or "unnamed"
    while link in taken or link in (".", ".."):
        link += "_"
    taken.append(link)
    return link


def _write_field(group: h5py.Group, field: Field) -> None:
    info = field.described()
    _text(group, "info", json.dumps(info, allow_nan=False))
    shape = tuple(reversed(info["shape"]))
    if info["time"]["size"] > 1:
        shape = (info["time"]["size"],) + shape
    values = np.ascontiguousarray(field.values).reshape(shape)
    packed: Dict[str, Any] = {}
    if values.size >= 4096:
        chunk = tuple(min(n, 64) for n in shape[-3:])
        packed = dict(chunks=(1,) * (len(shape) - 3) + chunk, shuffle=True, compression="gzip", compression_opts=1)
    group.create_dataset("values", data=values, **packed)


def _write_table(group: h5py.Group, name: str, columns: Mapping[str, Column], units: Mapping[str, str]) -> None:
    taken = ["info"]
    links = [_link(str(column), taken) for column in columns]
    rows = {len(values) for values in columns.values()}
    if len(rows) > 1:
        raise ValueError(f"table {name}: its columns have {', '.join(str(n) for n in sorted(rows))} rows")
    for link, values in zip(links, columns.values()):
        array = np.asarray(values)
        if array.dtype.kind in "iufb":
            group.create_dataset(link, data=array.astype(np.float64))
        else:
            group.create_dataset(link, data=_texts([str(value).encode("utf-8") for value in values]))
    info = {"name": name, "columns": [str(c) for c in columns], "units": [units.get(c, "") for c in columns],
            "rows": rows.pop() if rows else 0, "links": links}
    _text(group, "info", json.dumps(info))


def write_result(path: str, fields: Sequence[Field] = (), tables: Sequence[Any] = ()) -> None:
    """Under another name first, renamed when whole. ``tables``: (name, columns, units) each."""
    part = path + ".part"
    try:
        _write(part, fields, tables)
    except OSError as problem:
        room = shutil.disk_usage(os.path.dirname(os.path.abspath(part))).free
        with contextlib.suppress(OSError):
            os.truncate(part, 0)  # HDF5 may hold it open
            os.remove(part)
        if problem.errno == errno.ENOSPC or room < 1 << 20:
            raise OSError(errno.ENOSPC, "No space is left on the disk", path) from None
        raise
    os.replace(part, path)


def _write(path: str, fields: Sequence[Field], tables: Sequence[Any]) -> None:
    with h5py.File(path, "w", track_order=True) as file:
        file.attrs["discern_result"] = np.int32(1)
        here = file.create_group("fields", track_order=True)
        taken: List[str] = []
        for field in fields:
            _write_field(here.create_group(_link(field.name, taken), track_order=True), field)
        here = file.create_group("tables", track_order=True)
        taken = []
        for name, columns, units in tables:
            _write_table(here.create_group(_link(name, taken), track_order=True), name, columns, units)
        _text(file, "provenance", "{}")
