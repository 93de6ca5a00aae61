"""A field: voxels and where they are."""
from __future__ import annotations

import copy
from typing import Any, Dict, Optional

import numpy as np

TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")


class Field:
    """Voxels as a NumPy array, (z, y, x) or (time, z, y, x), and their description.

    ``info`` is the description that Discern itself uses: name, quantity, unit, affine (16 numbers, row by row, from
    voxel index x, y, z to world), frame ("voxel", "ras", "lonlat", "cartesian"), worldUnit, time, labels, labelNames,
    missing, … (analysis/data/field_info.h).
    """

    def __init__(self, values: np.ndarray, info: Optional[Dict[str, Any]] = None, **more: Any) -> None:
        self.values = np.asanyarray(values)
        self.info: Dict[str, Any] = {**(info or {}), **more}
        self.info.setdefault("name", "field")

    @property
    def name(self) -> str:
        return str(self.info["name"])

    @property
    def unit(self) -> str:
        """In UDUNITS spelling; empty: none, or not known."""
        return str(self.info.get("unit", ""))

    @property
    def labels(self) -> bool:
        """Whether the values are whole numbers that name things, 0 the background."""
        return bool(self.info.get("labels", False))

    @property
    def missing(self) -> Optional[float]:
        """The value that means "missing", of whole numbers; in floating numbers that is NaN."""
        return self.info.get("missing")

    @property
    def affine(self) -> np.ndarray:
        """4 × 4, from voxel index (x, y, z) to world coordinates."""
        return np.array(self.info.get("affine", np.eye(4).ravel()), dtype=float).reshape(4, 4)

    @property
    def spacing(self) -> np.ndarray:
        """Length of a voxel along x, y, z in ``world_unit``."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)

    @property
    def world_unit(self) -> str:
        return str(self.info.get("worldUnit", ""))

    @property
    def times(self) -> Optional[np.ndarray]:
        """The time of each step, in ``info["time"]["unit"]``; None: not known."""
        values = self.info.get("time", {}).get("values") or None
        return None if values is None else np.array(values, dtype=float)

    def floats(self) -> np.ndarray:
        """A copy as float64 (float32 stays float32), missing values as NaN."""
        kind = self.values.dtype
        result = np.array(self.values, dtype=kind if kind == np.float32 else np.float64)
        if self.missing is not None and kind.kind in "iu":
            result[np.asarray(self.values) == self.missing] = np.nan
        return result

    def like(self, values: np.ndarray, name: str, unit: str = "", quantity: str = "", labels: bool = False) -> "Field":
        """Other values at the same places, for an output."""
        values = np.asanyarray(values)
        if values.shape[-3:] != self.values.shape[-3:]:
            raise ValueError(f"{name}: its shape {values.shape} is not that of {self.name}, {self.values.shape}")
        info = copy.deepcopy(self.info)
        for key in ("missing", "labelNames", "sky", "whole"):
            info.pop(key, None)
        if values.ndim != self.values.ndim:
            info.pop("time", None)
        info.update(name=name, unit=unit, quantity=quantity, labels=labels)
        return Field(values, info)

    def described(self) -> Dict[str, Any]:
        """``info`` with the type and shape of the values, as a result file wants it."""
        values = self.values
        if str(values.dtype) not in TYPES:
            raise TypeError(f"{self.name}: values of type {values.dtype}; a field holds one of {', '.join(TYPES)}")
        if values.ndim > 4 or values.ndim == 0:
            raise ValueError(f"{self.name}: {values.ndim} axes; (z, y, x) or (time, z, y, x) were expected")
        shape = (1,) * (3 - values.ndim) + values.shape
        info = dict(self.info, type=str(values.dtype), shape=list(shape[:-4:-1]), components=1, levels=1)
        steps = shape[0] if len(shape) == 4 else 1
        time = dict(info.get("time") or {}, size=steps)
        if len(time.get("values") or []) != steps:
            time["values"] = []
        info["time"] = time
        if self.labels and values.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: labels are whole numbers, and these are {values.dtype}")
        return info
