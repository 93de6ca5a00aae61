"""Makes files of every kind that analysis/io reads, with what other programs read from them.

    make_files.py FOLDER DEMO_FOLDER

Writes FOLDER/catalog.json: one entry a field, {"file", "field", "info": {…}, "values": "N.npy", "tolerance"}. The values
are those of nibabel, tifffile and netCDF4, shaped (component, time, z, y, x).
"""
import json
import pathlib
import sys
import warnings

import netCDF4
import nibabel
import numpy as np
import tifffile

warnings.filterwarnings("ignore")
folder, demo = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
catalog, left_out = [], []
random = np.random.default_rng(20260101)


def numbers(shape, dtype):
    """Values that use the whole range of a type."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return (random.standard_normal(shape) * 100).astype(dtype)
    if dtype == bool:
        return random.random(shape) > 0.5
    limits = np.iinfo(dtype)
    values = random.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)
    return values


def add(file, field, values, tolerance=0.0, **info):
    """`values`: (component, time, z, y, x), or fewer axes: (time, z, y, x), (z, y, x)."""
    values = np.asarray(values)
    while values.ndim < 5:
        values = values[np.newaxis]
    name = f"{len(catalog)}.npy"
    np.save(folder / name, np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))))
    catalog.append({"file": str(file), "field": field, "values": name, "tolerance": tolerance, "info": info})


# TIFF ----------------------------------------------------------------------------------------------------------------

def tiff(name, data, expected=None, info=None, **options):
    file = folder / f"{name}.tif"
    if not options.get("imagej"):
        options.setdefault("photometric", "minisblack")  # three or four planes are not colours
    try:
        tifffile.imwrite(file, data, **options)
        read = tifffile.imread(file)
    except Exception as error:  # a codec that this tifffile has not
        left_out.append(f"{name}: {error}")
        return
    assert np.array_equal(read.reshape(data.shape), data), name
    values = data if expected is None else expected
    labels = (info or {}).pop("labels", False)
    add(file, "labels" if labels else "image", values, format=(info or {}).pop("format", "TIFF"), labels=labels, **(info or {}))


PIXELS = {"frame": "voxel", "worldUnit": "px", "transform": "none"}
for kind in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]:
    tiff(f"plain_{kind}", numbers((5, 23, 31), kind), info=dict(PIXELS, type=kind))
tiff("deflate", numbers((4, 40, 33), "uint16"), compression="zlib", info=PIXELS)
tiff("strips", numbers((3, 37, 29), "int16"), compression="zlib", rowsperstrip=5, info=PIXELS)
tiff("tiles", numbers((3, 70, 101), "float32"), tile=(32, 48), compression="zlib", info=PIXELS)
tiff("tiles_plain", numbers((70, 101), "uint8"), tile=(16, 16), info=PIXELS)
tiff("big_endian", numbers((4, 19, 17), "uint16"), byteorder=">", info=PIXELS)
tiff("big_endian_deflate", numbers((4, 19, 17), "float64"), byteorder=">", compression="zlib", info=PIXELS)
tiff("bigtiff", numbers((4, 19, 17), "float32"), bigtiff=True, info=dict(PIXELS, format="BigTIFF"))
tiff("bigtiff_big_endian", numbers((4, 19, 17), "int32"), bigtiff=True, byteorder=">", info=dict(PIXELS, format="BigTIFF"))
tiff("predictor", numbers((2, 19, 17), "uint16"), compression="zlib", predictor=True, info=PIXELS)
half = numbers((3, 9, 11), "float16")
tiff("half", half, expected=half.astype("float32"), info=PIXELS)
bits = numbers((13, 21), bool)
tiff("bits", bits, expected=bits.astype("uint8")[np.newaxis], photometric="minisblack", info=PIXELS)
tiff("one_page", numbers((23, 31), "uint8"), info=PIXELS)
tiff("my_mask", numbers((3, 23, 31), "uint8"), info=dict(PIXELS, labels=True))
tiff("time_and_z", numbers((4, 3, 23, 31), "uint16"), info=dict(PIXELS, shape=[31, 23, 3], steps=4))
series = numbers((4, 23, 31), "uint16")
tiff("time", series, expected=series[:, np.newaxis], metadata={"axes": "TYX"}, info=dict(PIXELS, steps=4))
channels = numbers((2, 3, 2, 23, 31), "uint16")  # T Z C Y X
tiff("time_z_channel", channels, expected=channels.transpose(2, 0, 1, 3, 4), metadata={"axes": "TZCYX"},
     info=dict(PIXELS, components=2, steps=2))
colour = numbers((3, 23, 31, 3), "uint8")
tiff("colour", colour, expected=colour.transpose(3, 0, 1, 2)[:, np.newaxis], photometric="rgb", info=dict(PIXELS, components=3))
tiff("colour_deflate", colour, expected=colour.transpose(3, 0, 1, 2)[:, np.newaxis], photometric="rgb", compression="zlib",
     info=dict(PIXELS, components=3))
planar = numbers((3, 23, 31), "uint16")
tiff("colour_planes", planar, expected=planar[:, np.newaxis, np.newaxis], photometric="rgb", planarconfig="separate",
     info=dict(PIXELS, components=3))
hyper = numbers((2, 3, 2, 19, 17), "uint16")
tiff("imagej", hyper, expected=hyper.transpose(2, 0, 1, 3, 4), imagej=True, resolution=(1 / 0.25, 1 / 0.5),
     metadata={"axes": "TZCYX", "spacing": 1.5, "unit": "um", "finterval": 0.5},
     info={"frame": "cartesian", "worldUnit": "µm", "transform": "resolution", "components": 2, "steps": 2,
           "affine": np.diag([0.25, 0.5, 1.5, 1]).tolist(), "times": [0.0, 0.5], "timeUnit": "s"})
stack = numbers((6, 19, 17), "float32")
tiff("imagej_no_unit", stack, imagej=True, metadata={"axes": "ZYX"}, info=PIXELS)
ome = numbers((2, 2, 3, 19, 17), "uint16")  # T C Z Y X
tiff("ome.ome", ome, expected=ome.transpose(1, 0, 2, 3, 4), ome=True,
     metadata={"axes": "TCZYX", "PhysicalSizeX": 0.3, "PhysicalSizeY": 0.4, "PhysicalSizeZ": 2.0, "PhysicalSizeXUnit": "µm"},
     info={"frame": "cartesian", "worldUnit": "µm", "components": 2, "steps": 2, "affine": np.diag([0.3, 0.4, 2, 1]).tolist()})
tiff("truncated_tags", stack, truncate=True, info=PIXELS)
tiff("no_description", stack, metadata=None, description=None, info=PIXELS)
tiff("centimetres", numbers((23, 31), "uint8"), resolution=(20000, 10000), resolutionunit=3,
     info={"frame": "cartesian", "worldUnit": "µm", "transform": "resolution", "affine": np.diag([0.5, 1, 0.5, 1]).tolist()})
tiff("printed", numbers((23, 31), "uint8"), resolution=(300, 300), resolutionunit=2, info=PIXELS)
try:
    from PIL import Image
    data = numbers((40, 33), "uint8")
    for name, scheme in [("lzw", "tiff_lzw"), ("packbits", "packbits")]:
        Image.fromarray(data).save(folder / f"{name}.tif", compression=scheme)
        add(folder / f"{name}.tif", "image", data[np.newaxis], format="TIFF")
except ImportError as error:
    left_out.append(f"lzw, packbits: {error}")

# NIfTI ---------------------------------------------------------------------------------------------------------------

def nifti(name, image, expected=None, tolerance=0.0, field="image", **info):
    file = folder / name
    nibabel.save(image, file)
    read = nibabel.load(file)
    if expected is None:
        raw = np.asanyarray(read.dataobj.get_unscaled())
        slope, inter = read.dataobj.slope, read.dataobj.inter
        if slope != 1 or inter != 0:
            wide = raw.dtype.itemsize > 2 and raw.dtype.kind != "f" or raw.dtype == np.float64
            values = (raw.astype("float64") * slope + inter).astype("float64" if wide else "float32")
            assert np.allclose(values, read.get_fdata(), rtol=1e-6), name
        else:
            values = raw
        while values.ndim < 5:
            values = values[..., np.newaxis]
        assert values.ndim == 5
        expected = values.transpose(4, 3, 2, 1, 0)
    info.setdefault("frame", "ras")
    info.setdefault("worldUnit", "mm")
    info.setdefault("affine", read.affine.tolist())
    add(file, field, expected, tolerance, **info)


def rotated(spacing):
    a, b = 0.3, -0.2
    rotation = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) @ np.array(
        [[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    affine = np.eye(4)
    affine[:3, :3] = rotation @ np.diag(spacing)
    affine[:3, 3] = [-40, 12.5, 7]
    return affine


def image(data, affine=None, sform=1, qform=1, units=("mm", "sec"), cls=nibabel.Nifti1Image, **fields):
    made = cls(data, rotated([2, 2.5, 3]) if affine is None else affine, dtype=data.dtype)
    made.header.set_xyzt_units(*units)
    made.set_sform(made.affine, sform)
    made.set_qform(made.affine, qform)
    for key, value in fields.items():
        made.header[key] = value
    return made


for kind in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"]:
    nifti(f"n_{kind}.nii", image(numbers((11, 9, 7), kind)), format="NIfTI-1", type=kind, transform="sform")
nifti("n.nii.gz", image(numbers((11, 9, 7), "int16")), transform="sform")
nifti("qform.nii", image(numbers((11, 9, 7), "int16"), sform=0), transform="qform")
left_handed = rotated([2, 2.5, 3]) @ np.diag([-1, 1, 1, 1])
nifti("qform_left.nii.gz", image(numbers((11, 9, 7), "int16"), affine=left_handed, sform=0), transform="qform")
half_turn = np.diag([-2.0, -2.0, 3.0, 1.0])  # a rotation by 180°: the quaternion's a is 0
nifti("qform_half_turn.nii", image(numbers((11, 9, 7), "int16"), affine=half_turn, sform=0), transform="qform")
differing = image(numbers((11, 9, 7), "int16"))
differing.set_qform(np.diag([2.0, 2.5, 3.0, 1.0]), 1)
nifti("sform_first.nii", differing, transform="sform")
nifti("neither.nii", image(numbers((11, 9, 7), "int16"), affine=np.diag([2.0, 2.5, 3.0, 1.0]), sform=0, qform=0),
      transform="none", affine=np.diag([2.0, 2.5, 3.0, 1.0]).tolist())
# 2 m is 2000 mm, 2 µm is 0.002 mm
nifti("metres.nii", image(numbers((5, 4, 3), "int16"), affine=np.diag([2.0, 2, 2, 1]), units=("meter", "sec")),
      affine=np.diag([2000.0, 2000, 2000, 1]).tolist())
nifti("microns.nii", image(numbers((5, 4, 3), "int16"), affine=np.diag([2.0, 2, 2, 1]), units=("micron", "sec")),
      affine=np.diag([0.002, 0.002, 0.002, 1]).tolist())
run = image(numbers((11, 9, 7, 6), "int16"))
run.header["pixdim"][4] = 1.35
nifti("run.nii.gz", run, steps=6, timeUnit="s", times=[0.0, 1.35, 2.7, 4.05, 5.4, 6.75])
run = image(numbers((11, 9, 7, 3), "float32"), units=("mm", "msec"))
run.header["pixdim"][4] = 700
nifti("run_ms.nii", run, steps=3, timeUnit="ms", times=[0.0, 700.0, 1400.0])
nifti("run_unknown.nii", image(numbers((11, 9, 7, 3), "int16"), units=("mm", "unknown")), steps=3, times=[])
for kind, dtype in [("int16", "float32"), ("uint8", "float32"), ("int32", "float64")]:
    header = nibabel.Nifti1Header()
    header.set_data_shape((11, 9, 7))
    header.set_data_dtype(kind)
    raw = numbers((11, 9, 7), kind)
    header["scl_slope"], header["scl_inter"], header["vox_offset"] = 0.125, -3, 352
    header["sform_code"], header["xyzt_units"] = 1, 2
    header["srow_x"], header["srow_y"], header["srow_z"] = [1, 0, 0, 5], [0, 1, 0, 6], [0, 0, 1, 7]
    header["magic"] = b"n+1"
    (folder / f"scaled_{kind}.nii").write_bytes(header.binaryblock + b"\0" * 4 + raw.tobytes(order="F"))
    fdata = nibabel.load(folder / f"scaled_{kind}.nii").get_fdata()
    values = (raw.astype("float64") * 0.125 - 3).astype(dtype)
    assert np.allclose(fdata, values, rtol=1e-6)
    add(folder / f"scaled_{kind}.nii", "image", values.transpose(2, 1, 0), type=dtype, transform="sform")
header["scl_slope"], header["scl_inter"] = np.nan, np.nan  # not a number: not scaled
(folder / "scaled_nan.nii").write_bytes(header.binaryblock + b"\0" * 4 + raw.tobytes(order="F"))
add(folder / "scaled_nan.nii", "image", raw.transpose(2, 1, 0), type="int32")
big = nibabel.Nifti1Image(numbers((11, 9, 7), "int16"), rotated([2, 2, 2]), nibabel.Nifti1Header(endianness=">"))
big.set_sform(big.affine, 1)
nifti("big_endian.nii", big)
nifti("big_endian.nii.gz", big)
nifti("nifti2.nii", image(numbers((11, 9, 7), "float32"), cls=nibabel.Nifti2Image), format="NIfTI-2")
nifti("nifti2.nii.gz", image(numbers((11, 9, 7, 2), "int16"), cls=nibabel.Nifti2Image), format="NIfTI-2", steps=2)
pair = nibabel.Nifti1Pair(numbers((11, 9, 7), "int16"), rotated([2, 2, 2]))
pair.set_sform(pair.affine, 1)
nifti("pair.hdr", pair)
add(folder / "pair.img", "image", np.asanyarray(pair.dataobj).transpose(2, 1, 0), format="NIfTI-1")
atlas = image(numbers((11, 9, 7), "uint8"))
atlas.header.set_intent("label")
nifti("atlas.nii.gz", atlas, field="labels", labels=True)
vectors = numbers((11, 9, 7, 1, 3), "float32")
vector_image = image(vectors)
vector_image.header.set_intent("vector")
nifti("vectors.nii", vector_image, components=3)
rgb = np.zeros((11, 9, 7), np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")]))
for channel in "RGB":
    rgb[channel] = numbers(rgb.shape, "uint8")
nifti("colour.nii.gz", image(rgb), expected=np.stack([rgb[c].transpose(2, 1, 0) for c in "RGB"])[:, np.newaxis], components=3)
waves = numbers((11, 9, 7), "float32") + 1j * numbers((11, 9, 7), "float32")
nifti("complex.nii", image(waves.astype("complex64")),
      expected=np.stack([waves.real, waves.imag]).astype("float32").transpose(0, 3, 2, 1)[:, np.newaxis], components=2)
nifti("plane.nii", image(numbers((11, 9), "float32")), shape=[11, 9, 1])

# NetCDF --------------------------------------------------------------------------------------------------------------

LONLAT = {"frame": "lonlat", "worldUnit": "degrees", "transform": "coordinates"}


def grid(file, lon, lat, extra=(), lon_type="f4"):
    for name, values, attributes in [("longitude", lon, {"units": "degrees_east"}), ("latitude", lat, {"units": "degrees_north"}),
                                     *extra]:
        if name not in file.dimensions:
            file.createDimension(name, len(values))
        variable = file.createVariable(name, lon_type if name.startswith("l") else "f8", (name,))
        variable[:] = values
        variable.setncatts(attributes)


def masked(file, name):
    """What netCDF4-python reads, missing values as NaN."""
    values = netCDF4.Dataset(file)[name][:]
    if values.dtype.kind == "f":
        return np.ma.filled(values, np.nan)
    return np.ma.getdata(values)


LON, LAT = np.arange(0, 360, 22.5), np.arange(90, -91, -15.0)
TIME = ("time", [0, 1, 2.5], {"units": "hours since 2001-02-03 04:00", "calendar": "noleap"})
LEVEL = ("plev", [1000, 850, 500, 200], {"units": "hPa", "positive": "down"})
for form in ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4", "NETCDF4_CLASSIC"]:
    path = folder / f"{form}.nc"
    with netCDF4.Dataset(path, "w", format=form) as f:
        f.title = "made for a test"
        if form != "NETCDF4":
            f.createDimension("time", None)
        grid(f, LON, LAT, [TIME, LEVEL])
        packing = {"zlib": True} if form.startswith("NETCDF4") else {}
        t = f.createVariable("t", "f4", ("time", "plev", "latitude", "longitude"), fill_value=-999.0, **packing)
        t.setncatts({"units": "K", "long_name": "Temperature"})
        values = numbers((3, 4, len(LAT), len(LON)), "f4")
        values[0, 1, 2, 3] = -999
        t[:] = values
        packed = f.createVariable("packed", "i2", ("time", "latitude", "longitude"), fill_value=-32768)
        packed.scale_factor, packed.add_offset = 0.01, 273.15
        packed.set_auto_maskandscale(False)
        values = numbers((3, len(LAT), len(LON)), "i2")
        values[1, 2, 3] = -32768
        packed[:] = values
        whole = f.createVariable("whole", "i4", ("latitude", "longitude"), fill_value=-1)
        whole[:] = numbers((len(LAT), len(LON)), "i4")
        turned = f.createVariable("turned", "f8", ("longitude", "plev", "latitude"))
        turned[:] = numbers((len(LON), 4, len(LAT)), "f8")
    name = {"NETCDF3_CLASSIC": "NetCDF classic", "NETCDF3_64BIT_OFFSET": "NetCDF 64-bit offset", "NETCDF4": "NetCDF-4",
            "NETCDF3_64BIT_DATA": "NetCDF 64-bit data", "NETCDF4_CLASSIC": "NetCDF-4 classic model"}[form]
    affine = np.diag([22.5, -15, 1, 1.0])
    affine[1, 3] = 90
    times = {"times": [0.0, 1.0, 2.5], "timeUnit": "hours since 2001-02-03 04:00", "calendar": "noleap", "steps": 3}
    with_level = affine.copy()
    with_level[2] = [0, 0, (200 - 1000) / 3, 1000]
    add(path, "t", masked(path, "t"), format=name, unit="K", quantity="Temperature", type="float32", affine=with_level.tolist(),
        coordinates=[[], [], [1000.0, 850.0, 500.0, 200.0]], **LONLAT, **times)
    add(path, "packed", masked(path, "packed").astype("f4")[:, np.newaxis], affine=affine.tolist(), type="float32", **LONLAT, **times)
    add(path, "whole", masked(path, "whole"), missing=-1, type="int32", **LONLAT)
    add(path, "turned", masked(path, "turned").transpose(1, 2, 0), type="float64", **LONLAT)

path = folder / "odd.nc"
with netCDF4.Dataset(path, "w") as f:
    grid(f, [0, 10, 30, 70], [-80, -20, 0, 50, 85])
    f.createDimension("member", 3)
    for name, size in [("ny", 7), ("nx", 9), ("n", 4)]:
        f.createDimension(name, size)
    ensemble = f.createVariable("ensemble", "f4", ("member", "latitude", "longitude"))
    ensemble[:] = numbers((3, 5, 4), "f4")
    plain = f.createVariable("plain", "u2", ("n", "ny", "nx"))
    plain[:] = numbers((4, 7, 9), "u2")
    cover = f.createVariable("cover", "i1", ("latitude", "longitude"))
    cover[:] = random.integers(1, 4, (5, 4))
    cover.flag_values = np.array([1, 2, 3], "i1")
    cover.flag_meanings = "water grass forest"
    two = f.createVariable("two_fills", "i2", ("latitude", "longitude"), fill_value=-9)
    two.missing_value = np.int16(-8)
    two.set_auto_maskandscale(False)
    values = random.integers(0, 50, (5, 4)).astype("i2")
    values[0, 0], values[1, 1] = -9, -8
    two[:] = values
    unsigned = f.createVariable("unsigned", "i1", ("latitude", "longitude"))
    unsigned.set_auto_maskandscale(False)
    unsigned.setncattr("_Unsigned", "true")
    unsigned[:] = numbers((5, 4), "i1")
    raw_unsigned = unsigned[:].view("u1")
    group = f.createGroup("inner")
    deep = group.createVariable("deep", "f4", ("latitude", "longitude"))
    deep[:] = numbers((5, 4), "f4")
    f.createDimension("date", 3)
    f.createDimension("height", 4)
    height = f.createVariable("height", "f4", ("height",))
    height[:], height.units, height.positive = [10, 20, 40, 80], "m", "up"
    section = f.createVariable("section", "f4", ("date", "height", "latitude"))
    section[:] = numbers((3, 4, 5), "f4")
uneven = {"coordinates": [[0.0, 10.0, 30.0, 70.0], [-80.0, -20.0, 0.0, 50.0, 85.0], []]}
add(path, "ensemble", masked(path, "ensemble")[:, np.newaxis, np.newaxis], components=3, **LONLAT, **uneven)
add(path, "plain", masked(path, "plain"), frame="voxel", worldUnit="px", transform="none")
add(path, "cover", masked(path, "cover"), labels=True, labelNames={"1": "water", "2": "grass", "3": "forest"}, **LONLAT)
doubled = values.astype("f4")
doubled[values < 0] = np.nan
add(path, "two_fills", doubled, type="float32", **LONLAT)
add(path, "unsigned", raw_unsigned, type="uint8", **LONLAT)
add(path, "inner/deep", masked(path, "inner/deep"), **LONLAT)
add(path, "section", masked(path, "section")[:, np.newaxis], steps=3, shape=[5, 4, 1], frame="cartesian")

# NumPy ---------------------------------------------------------------------------------------------------------------

for name, data in [("c", numbers((3, 7, 9, 11), "f8")), ("f", np.asfortranarray(numbers((3, 7, 9, 11), "i2"))),
                   ("f3", np.asfortranarray(numbers((7, 9, 11), "f4"))), ("big", numbers((7, 9, 11), "u4").astype(">u4")),
                   ("flat", numbers((11,), "u1")), ("plane", numbers((9, 11), "i8"))]:
    np.save(folder / f"array_{name}.npy", data)
    add(folder / f"array_{name}.npy", "array", data.reshape(data.shape[:-3] + (1,) * (3 - data.ndim) + data.shape[-3:]),
        format="NumPy", frame="voxel")

# The demo files as the peers read them -------------------------------------------------------------------------------

for name, field in [("nuclei.tif", "image"), ("nuclei_truth.tif", "labels")]:
    add(demo / name, field, tifffile.imread(demo / name), labels=field == "labels", **PIXELS)
fmri = nibabel.load(demo / "fmri.nii.gz")
add(demo / "fmri.nii.gz", "image", np.asanyarray(fmri.dataobj).transpose(3, 2, 1, 0), transform="none", steps=64,
    affine=np.eye(4).tolist())
add(demo / "climate.nc", "anom", masked(demo / "climate.nc", "anom")[:, np.newaxis], unit="m", steps=11, **LONLAT)

(folder / "catalog.json").write_text(json.dumps({"entries": catalog, "left_out": left_out}, indent=1))
