"""Looks at a result with h5py and VTK's own reader, and prints what they see as JSON.

    check_result.py RESULT.h5
"""
import json
import sys

import h5py

path = sys.argv[1]
seen = {}
with h5py.File(path) as file:
    vtk = file["VTKHDF"]
    seen["type"] = vtk.attrs["Type"].decode()
    seen["ascii"] = vtk.attrs.get_id("Type").get_type().get_cset() == h5py.h5t.CSET_ASCII
    seen["fixed"] = not vtk.attrs.get_id("Type").get_type().is_variable_str()
    seen["version"] = vtk.attrs["Version"].tolist()
    seen["extent"] = vtk.attrs["WholeExtent"].tolist()
    seen["origin"], seen["spacing"] = vtk.attrs["Origin"].tolist(), vtk.attrs["Spacing"].tolist()
    seen["direction"] = vtk.attrs["Direction"].tolist()
    seen["pointData"] = {name: list(array.shape) for name, array in vtk["PointData"].items()}
    seen["provenance"] = json.loads(file["provenance"][()])
    seen["columns"] = {name: [c for c in table if c != "info"] for name, table in file["tables"].items()}
try:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOHDF import vtkHDFReader
except ImportError as error:
    seen["vtk"] = None
    seen["why"] = str(error)
else:
    reader = vtkHDFReader()
    reader.SetFileName(path)
    reader.Update()
    image = reader.GetOutput()
    arrays = image.GetPointData()
    seen["vtk"] = {
        "dimensions": list(image.GetDimensions()), "origin": list(image.GetOrigin()), "spacing": list(image.GetSpacing()),
        "sums": {arrays.GetArrayName(i): float(vtk_to_numpy(arrays.GetArray(i)).astype("float64").sum())
                 for i in range(arrays.GetNumberOfArrays())},
        "components": {arrays.GetArrayName(i): arrays.GetArray(i).GetNumberOfComponents()
                       for i in range(arrays.GetNumberOfArrays())},
    }
print(json.dumps(seen))
