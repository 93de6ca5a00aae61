"""What the makers of test files share: values beside the files, and a list of what a reader must find in them."""
import json
import os

import numpy as np

SHARED = os.environ.get("DISCERN_SHARED", "")


class Catalog:
    def __init__(self, folder):
        self.folder = folder
        self.entries = []
        self.count = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def shared(self, name):
        """A file of the shared data, or None where it isn't there."""
        path = os.path.join(SHARED, name)
        return path if SHARED and os.path.exists(path) else None

    def blob(self, values, dtype):
        self.count += 1
        name = "values_%d.bin" % self.count
        np.ascontiguousarray(values, dtype=dtype).tofile(self.path(name))
        return name

    def field(self, file, name, values, dtype, **info):
        """values: (component, time, z, y, x); dtype: what the field must be of."""
        values = np.asarray(values)
        assert values.ndim == 5
        self.entries.append({"kind": "field", "file": file, "field": name, "shape": list(values.shape[::-1]),
                             "type": np.dtype(dtype).name, "values": self.blob(values, "f8"), "info": info})

    def volume(self, file, name, values, dtype, affine, **info):
        """values: (x, y, z[, t])."""
        values = np.asarray(values)
        if values.ndim == 3:
            values = values[..., None]
        self.field(file, name, values.transpose(3, 2, 1, 0)[None], dtype,
                   affine=np.asarray(affine)[:3].tolist(), frame="ras", worldUnit="mm", **info)

    def grid(self, file, name, kind, points, triangles=None, **info):
        entry = {"kind": "grid", "file": file, "grid": name, "type": kind, "points": len(points),
                 "values": self.blob(points, "f8"), "info": info}
        if triangles is not None:
            entry["triangles"] = self.blob(triangles, "i4")
            entry["cells"] = len(triangles)
        self.entries.append(entry)

    def column(self, file, table, column, values):
        values = list(values)
        key = "texts" if values and isinstance(values[0], str) else "numbers"
        self.entries.append({"kind": "column", "file": file, "table": table, "column": column,
                             key: [v if key == "texts" else None if v != v else float(v) for v in values]})

    def refused(self, file, *words):
        self.entries.append({"kind": "refused", "file": file, "words": list(words)})

    def write(self):
        with open(self.path("catalog.json"), "w") as out:
            json.dump(self.entries, out)
