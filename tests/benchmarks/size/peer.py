"""The same pictures with nibabel and NumPy (HDF5: h5py), or with VTK's NIfTI reader, for bench_size.

usage: peer.py planes|series|vtk FILE [VOLUME]
Prints lines "name number": seconds from opening on (imports are not counted),
the sum of the values that were read, and the most memory in megabytes.
"""
import sys
import time


def peak():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


what, path = sys.argv[1], sys.argv[2]
volume = int(sys.argv[3]) if len(sys.argv) > 3 else 0
if what == "vtk":
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOImage import vtkNIFTIImageReader
else:
    import h5py
    import nibabel
    import numpy

start = time.perf_counter()
if what == "vtk":
    reader = vtkNIFTIImageReader()
    reader.SetFileName(path)
    reader.Update()
    image = reader.GetOutput()
    nx, ny, nz = image.GetDimensions()
    # VTK stores rows upside down against the file in no axis that the sum of a whole middle plane would notice.
    values = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(nz, ny, nx)
    parts = [values[:, :, nx // 2].copy(), values[:, ny // 2, :].copy(), values[nz // 2, :, :].copy()]
else:
    if path.endswith(".h5"):
        data = h5py.File(path)["field"]
        nz, ny, nx = data.shape[1:]
        planes = [(volume, slice(None), slice(None), nx // 2), (volume, slice(None), ny // 2), (volume, nz // 2)]
        course = (slice(None), nz // 2, ny // 2, nx // 2)
    else:
        data = nibabel.load(path).dataobj
        nx, ny, nz = data.shape[:3]
        every = slice(None)
        planes = [(nx // 2, every, every, volume), (every, ny // 2, every, volume), (every, every, nz // 2, volume)]
        course = (nx // 2, ny // 2, nz // 2, every)
    if what == "series":
        numpy.asarray(data[course])
        start = time.perf_counter()
        parts = [numpy.asarray(data[course])]
    else:
        parts = [numpy.array(data[plane]) for plane in planes]
print("seconds", time.perf_counter() - start)
print("sum", sum(float(part.sum(dtype="float64")) for part in parts))
print("peak", peak())
