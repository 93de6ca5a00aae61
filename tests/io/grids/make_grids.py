#!/usr/bin/python3
"""make_grids.py FOLDER: small files of simulation codes, with values that the test knows. Needs h5py and netCDF4."""
import sys
import os
import h5py
import netCDF4
import numpy as np

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name)


def chombo():
    """Two levels: 4x4x4 cells, and 4x4x4 finer ones over the corner; one cell of ghosts around the finer box."""
    box = np.dtype([(n, "i4") for n in ("lo_i", "lo_j", "lo_k", "hi_i", "hi_j", "hi_k")])
    vector = np.dtype([(n, "i4") for n in ("intvecti", "intvectj", "intvectk")])
    with h5py.File(path("chombo.hdf5"), "w") as f:
        f.create_group("Chombo_global").attrs["SpaceDim"] = np.int32(3)
        f.attrs.update(num_levels=np.int32(2), num_components=np.int32(2), time=0.75,
                       component_0=np.bytes_("density"), component_1=np.bytes_("energy"))
        for level, ghost in ((0, 0), (1, 1)):
            g = f.create_group(f"level_{level}")
            g.attrs["dx"] = 0.5 / 2**level
            g.attrs["ref_ratio"] = np.int32(2)
            g["boxes"] = np.array([(0, 0, 0, 3, 3, 3)], dtype=box)
            n = 4 + 2 * ghost
            k, j, i = np.meshgrid(*[np.arange(n) - ghost] * 3, indexing="ij")
            values = 100 * level + i + 10 * j + 0.5 * k
            g["data:datatype=0"] = np.concatenate([values.ravel(), -values.ravel()])
            g.create_group("data_attributes").attrs.create("outputGhost", np.array((ghost,) * 3, dtype=vector))


def flash():
    """Two blocks of 2x2x2 cells on level 1; the second is refined into eight. Three particles."""
    corners = [(1, (0, 0, 0), 2.0), (1, (2, 0, 0), 2.0)]
    corners += [(2, (2 + i, j, k), 1.0) for k in (0, 1) for j in (0, 1) for i in (0, 1)]
    with h5py.File(path("flash.hdf5"), "w") as f:
        f["refine level"] = np.array([c[0] for c in corners], "i4")
        f["node type"] = np.array([1, 2] + [1] * 8, "i4")
        f["coordinates"] = np.array([[x + c[2] / 2 for x in c[1]] for c in corners])
        f["bounding box"] = np.array([[(x, x + c[2]) for x in c[1]] for c in corners])
        f["unknown names"] = np.array([["dens"], ["gr  "]], "S4")
        k, j, i = np.meshgrid(*[np.arange(2)] * 3, indexing="ij")
        block = np.arange(10).reshape(10, 1, 1, 1)
        f["dens"] = 100.0 * block + i + 10 * j + 0.5 * k
        f["gr  "] = (-(block + 0 * k)).astype("f4")
        row = [("name", "S80"), ("value", "f8")]
        f["real scalars"] = np.array([(b"time".ljust(80), 0.125), (b"dt".ljust(80), 0.5)], row)
        f["string scalars"] = np.array([(b"geometry".ljust(80), b"cylindrical".ljust(80))],
                                       [("name", "S80"), ("value", "S80")])
        f["particle names"] = np.array([[n.ljust(24)] for n in ("mass", "posx", "posy", "posz")], "S24")
        f["tracer particles"] = np.array([[5, 0.5, 1, 1.5], [6, 1, 1, 1], [7, 3, 0, 2.0]])


def gadget():
    with h5py.File(path("gadget.hdf5"), "w") as f:
        h = f.create_group("Header")
        h.attrs.update(NumPart_ThisFile=np.array([5, 3, 0, 0, 0, 0], "i4"),
                       MassTable=np.array([0, 2.5, 0, 0, 0, 0]), Time=0.5, Redshift=1.0, BoxSize=100.0,
                       NumFilesPerSnapshot=np.int32(1))
        for kind, n in ((0, 5), (1, 3)):
            g = f.create_group(f"PartType{kind}")
            c = g.create_dataset("Coordinates", data=np.arange(3 * n, dtype="f8").reshape(n, 3))
            c.attrs["CGSConversionFactor"] = 3.085678e24
            c.attrs["aexp-scale-exponent"] = np.float32(1)
            c.attrs["h-scale-exponent"] = np.float32(-1)
            g["ParticleIDs"] = np.arange(n, dtype="u8") + 2**60
            g["Velocities"] = np.arange(3 * n, dtype="f4").reshape(n, 3) * 2
        f["PartType0/Masses"] = np.arange(5, dtype="f4")
        f["PartType0/Odd"] = np.arange(4)
        f["PartType0/Masses"].attrs["units"] = "g"


def node(parent, name, label, data=None, kind=None):
    g = parent.create_group(name, track_order=True)
    g.attrs.create("name", name.encode(), dtype="S33")
    g.attrs.create("label", label.encode(), dtype="S33")
    g.attrs.create("type", (kind or {"f": "R8", "i": "I4"}[data.dtype.kind] if data is not None else "MT").encode(),
                   dtype="S3")
    g.attrs["flags"] = np.array([1], "i4")
    if data is not None:
        g.create_dataset(" data", data=data)
    return g


def letters(text):
    return np.frombuffer(text.encode(), "i1")


def cgns():
    """Two hexahedra in a row, with pressure on the points."""
    with h5py.File(path("two.cgns"), "w", libver=("earliest", "v108"), track_order=True) as f:
        f.attrs.create("name", b"HDF5 MotherNode", dtype="S33")
        f.attrs.create("label", b"Root Node of HDF5 File", dtype="S33")
        f.attrs.create("type", b"MT", dtype="S3")
        f.create_dataset(" format", data=letters("IEEE_LITTLE_32\0"))
        f.create_dataset(" hdf5version", data=letters("HDF5 Version 1.10.8".ljust(33, "\0")))
        node(f, "CGNSLibraryVersion", "CGNSLibraryVersion_t", np.array([3.1], "f4"), "R4")
        base = node(f, "Base", "CGNSBase_t", np.array([3, 3], "i4"))
        zone = node(base, "Zone", "Zone_t", np.array([[12], [2], [0]], "i4"))
        node(zone, "ZoneType", "ZoneType_t", letters("Unstructured"), "C1")
        coordinates = node(zone, "GridCoordinates", "GridCoordinates_t")
        points = np.array([(x, y, z) for x in range(3) for y, z in ((0, 0), (1, 0), (1, 1), (0, 1))], "f8")
        for axis, name in enumerate(("CoordinateX", "CoordinateY", "CoordinateZ")):
            node(coordinates, name, "DataArray_t", np.ascontiguousarray(points[:, axis]))
        elements = node(zone, "Elements", "Elements_t", np.array([17, 0], "i4"))
        node(elements, "ElementRange", "IndexRange_t", np.array([1, 2], "i4"))
        node(elements, "ElementConnectivity", "DataArray_t", np.array([*range(1, 9), *range(5, 13)], "i4"))
        solution = node(zone, "FlowSolution", "FlowSolution_t")
        node(solution, "GridLocation", "GridLocation_t", letters("Vertex"), "C1")
        node(solution, "Pressure", "DataArray_t", np.arange(12, dtype="f8") * 3)


def exodus():
    """Two blocks of a tetrahedron each, three steps, a variable on nodes and one on elements of the first block."""
    for name, kind in (("two.e", "NETCDF3_64BIT_OFFSET"), ("four.e", "NETCDF4_CLASSIC")):
        with netCDF4.Dataset(path(name), "w", format=kind) as f:
            f.api_version = np.float32(5.0)
            f.version = np.float32(5.0)
            f.floating_point_word_size = np.int32(8)
            f.file_size = np.int32(1)
            f.title = "two tetrahedra"
            for dimension, n in (("len_string", 33), ("len_line", 81), ("four", 4), ("num_dim", 3), ("num_nodes", 5),
                                 ("num_elem", 2), ("num_el_blk", 2), ("num_el_in_blk1", 1), ("num_nod_per_el1", 4),
                                 ("num_el_in_blk2", 1), ("num_nod_per_el2", 4), ("num_nod_var", 1),
                                 ("num_elem_var", 1), ("time_step", None)):
                f.createDimension(dimension, n)

            def text(variable, rows):
                v = f.createVariable(variable, "S1", (rows[0], "len_string"))
                for i, row in enumerate(rows[1]):
                    v[i] = np.array(list(row.ljust(33, "\0")), "S1")

            text("coor_names", ("num_dim", ("x", "y", "z")))
            text("eb_names", ("num_el_blk", ("rotor", "stator")))
            text("name_nod_var", ("num_nod_var", ("heat",)))
            text("name_elem_var", ("num_elem_var", ("stress",)))
            f.createVariable("time_whole", "f8", ("time_step",))
            f.createVariable("eb_status", "i4", ("num_el_blk",))[:] = 1
            ids = f.createVariable("eb_prop1", "i4", ("num_el_blk",))
            ids.setncattr("name", "ID")
            ids[:] = (1, 2)
            points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)], "f8")
            for axis, letter in enumerate("xyz"):
                f.createVariable(f"coord{letter}", "f8", ("num_nodes",))[:] = points[:, axis]
            for block, corners in ((1, (1, 2, 3, 4)), (2, (2, 3, 4, 5))):
                v = f.createVariable(f"connect{block}", "i4", (f"num_el_in_blk{block}", f"num_nod_per_el{block}"))
                v.elem_type = "TETRA"
                v[:] = [corners]
            f.createVariable("elem_var_tab", "i4", ("num_el_blk", "num_elem_var"))[:] = [[1], [0]]
            heat = f.createVariable("vals_nod_var1", "f8", ("time_step", "num_nodes"))
            stress = f.createVariable("vals_elem_var1eb1", "f8", ("time_step", "num_el_in_blk1"))
            for step in range(3):
                f["time_whole"][step] = 0.5 * step
                heat[step] = np.arange(5) + 100 * step
                stress[step] = [7 * step]


def damaged():
    """A corner that isn't there; a node of CGNS without its type."""
    import shutil
    for name in ("two.e", "four.e"):
        shutil.copy(path(name), path("bad_" + name))
        with netCDF4.Dataset(path("bad_" + name), "a") as f:
            f["connect2"][0, 3] = 99
    shutil.copy(path("two.cgns"), path("bad.cgns"))
    with h5py.File(path("bad.cgns"), "a") as f:
        del f["Base/Zone/GridCoordinates/CoordinateY"].attrs["type"]


chombo()
flash()
gadget()
cgns()
exodus()
damaged()
