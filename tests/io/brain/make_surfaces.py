"""GIFTI and FreeSurfer files, written by nibabel and by hand, and what nibabel reads of them."""
import gzip
import os

import nibabel as nib
import numpy as np
from nibabel import gifti

RANDOM = np.random.default_rng(3)


def small_surface():
    points = RANDOM.normal(size=(20, 3)).astype("f4") * 50
    triangles = RANDOM.integers(0, 20, size=(30, 3)).astype("i4")
    return points, triangles


def make_gifti(c):
    points, triangles = small_surface()
    shape = RANDOM.normal(size=20).astype("f4")
    labels = RANDOM.integers(0, 3, size=20).astype("i4")
    vectors = RANDOM.normal(size=(20, 3)).astype("f4")
    series = RANDOM.normal(size=(4, 20)).astype("f4")

    def image(encoding):
        def array(data, intent, **meta):
            code = {"f4": "NIFTI_TYPE_FLOAT32", "i4": "NIFTI_TYPE_INT32"}[data.dtype.str[1:]]
            return gifti.GiftiDataArray(data, intent=intent, datatype=code, encoding=encoding,
                                        meta=gifti.GiftiMetaData(meta))
        pointset = array(points, "NIFTI_INTENT_POINTSET", AnatomicalStructurePrimary="CortexLeft")
        pointset.coordsys = gifti.GiftiCoordSystem(dataspace=3, xformspace=3, xform=np.eye(4))
        table = gifti.GiftiLabelTable()
        for key, name in enumerate(["unknown", "V1", "Größe"]):
            label = gifti.GiftiLabel(key, key / 2, 0.25, 0.5, 1)
            label.label = name
            table.labels.append(label)
        g = gifti.GiftiImage(labeltable=table)
        g.add_gifti_data_array(pointset)
        g.add_gifti_data_array(array(triangles, "NIFTI_INTENT_TRIANGLE"))
        g.add_gifti_data_array(array(shape, "NIFTI_INTENT_SHAPE", Name="thickness"))
        g.add_gifti_data_array(array(labels, "NIFTI_INTENT_LABEL", Name="areas"))
        g.add_gifti_data_array(array(vectors, "NIFTI_INTENT_VECTOR", Name="arrows"))
        for step in series:
            g.add_gifti_data_array(array(step, "NIFTI_INTENT_TIME_SERIES"))
        return g

    files = []
    for encoding in ("ASCII", "B64BIN", "B64GZ"):
        files.append(c.path("surface_%s.gii" % encoding))
        nib.save(image("GIFTI_ENCODING_" + encoding), files[-1])
    with open(files[-1], "rb") as plain, gzip.open(files[-1] + ".gz", "wb") as packed:
        packed.write(plain.read())
    files.append(files[-1] + ".gz")
    ascii_points = np.array([float("%.6f" % v) for v in points.ravel()], dtype="f4").reshape(20, 3)
    for file in files:
        exact = "ASCII" not in file
        def near(values):
            return values if exact else np.array([float("%.6f" % v) for v in values.ravel()], "f4").reshape(values.shape)
        c.grid(file, "surface", "surface", points if exact else ascii_points, triangles, frame="ras", worldUnit="mm",
               transform="NIFTI_XFORM_TALAIRACH")
        on = dict(support="points", grid="surface", frame="ras")
        c.field(file, "thickness", near(shape).reshape(1, 1, 1, 1, 20), "f4", quantity="shape", **on)
        c.field(file, "areas", labels.reshape(1, 1, 1, 1, 20), "i4", labels=True,
                labelNames={"0": "unknown", "1": "V1", "2": "Größe"}, **on)
        c.field(file, "arrows", near(vectors).T.reshape(3, 1, 1, 1, 20), "f4", **on)
        c.field(file, "time series", near(series).reshape(1, 4, 1, 1, 20), "f4", **on)
        c.column(file, "labels", "name", ["unknown", "V1", "Größe"])
        c.column(file, "labels", "red", [0, 0.5, 1])

    # Values in a file beside, big-endian, columns first.
    matrix = RANDOM.normal(size=(6, 2)).astype("f4")
    matrix.T.astype(">f4").tofile(c.path("beside.dat"))
    head = ('<?xml version="1.0"?><!DOCTYPE GIFTI SYSTEM "http://www.nitrc.org/frs/download.php/1594/gifti.dtd">'
            '<GIFTI Version="1.0" NumberOfDataArrays="1"><DataArray Intent="NIFTI_INTENT_NONE" '
            'DataType="NIFTI_TYPE_FLOAT32" ArrayIndexingOrder="ColumnMajorOrder" Dimensionality="2" Dim0="6" Dim1="%s" '
            'Encoding="ExternalFileBinary" Endian="BigEndian" ExternalFileName="%s" ExternalFileOffset="%d">'
            '<Data></Data></DataArray></GIFTI>')

    def external(name, dim1, beside, offset):
        with open(c.path(name), "w") as out:
            out.write(head % (dim1, beside, offset))
        return c.path(name)
    c.field(external("external.gii", 2, "beside.dat", 0), "none", matrix.T.reshape(2, 1, 1, 1, 6), "f4",
            support="voxels", frame="voxel")
    c.refused(external("external_short.gii", 2, "beside.dat", 8), "beside.dat")
    c.refused(external("external_none.gii", 2, "nothing.dat", 0), "nothing.dat")
    c.refused(external("external_out.gii", 2, "../beside.dat", 0), "beside this one")
    c.refused(external("external_huge.gii", 10 ** 12, "beside.dat", 0), "promises")
    c.refused(external("external_negative.gii", -2, "beside.dat", 0), "length")

    with open(files[2], "rb") as whole:
        text = whole.read()
    for part in (0.2, 0.5, 0.9, 0.999):
        name = c.path("cut_%g.gii" % part)
        with open(name, "wb") as out:
            out.write(text[:int(len(text) * part)])
        c.refused(name, "XML")
    for name, old, new, word in (("lie_dim", b'Dim0="20"', b'Dim0="21"', "promises"),
                                 ("lie_huge", b'Dim0="20"', b'Dim0="99999999999"', "promises"),
                                 ("lie_type", b'DataType="NIFTI_TYPE_FLOAT32"', b'DataType="NIFTI_TYPE_RGB24"', "type"),
                                 ("lie_encoding", b'Encoding="GZipBase64Binary"', b'Encoding="Zip"', "encoded")):
        assert old in text
        with open(c.path(name + ".gii"), "wb") as out:
            out.write(text.replace(old, new))
        c.refused(c.path(name + ".gii"), word)
    far = triangles.copy()
    far[7, 1] = 20
    bad = gifti.GiftiImage()
    for data, intent, kind in ((points, "NIFTI_INTENT_POINTSET", "NIFTI_TYPE_FLOAT32"),
                               (far, "NIFTI_INTENT_TRIANGLE", "NIFTI_TYPE_INT32")):
        bad.add_gifti_data_array(gifti.GiftiDataArray(data, intent=intent, datatype=kind))
    nib.save(bad, c.path("far.gii"))
    c.refused(c.path("far.gii"), "triangle 7", "point 20")


def shared_gifti(c):
    for name in ("conte69_32k_lh.gii", "conte69_32k_lh_sphere.gii", "conte69_32k_rh.gii", "fsaverage5_infl_left.gii.gz"):
        file = c.shared("01_fmri/" + name)
        if file:
            plain = file
            if file.endswith(".gz"):
                plain = c.path(name[:-3])
                with gzip.open(file) as packed, open(plain, "wb") as out:
                    out.write(packed.read())
            g = nib.load(plain)
            c.grid(file, "surface", "surface", g.darrays[0].data, g.darrays[1].data, frame="ras")
    file = c.shared("01_fmri/fsaverage5_sulc_left.gii.gz")
    if file:
        with gzip.open(file) as packed:
            g = gifti.GiftiImage.from_bytes(packed.read())
        values = g.darrays[0].data
        c.field(file, "", values.reshape(1, 1, 1, 1, -1), values.dtype, support="voxels")


def cifti_entries(c, file, data=None, first=None, **info):
    """What nibabel reads of a CIFTI-2 file; `first`: only so many maps."""
    image = nib.load(file)
    values = np.asarray(image.dataobj) if data is None else data
    axes = [image.header.get_axis(i) for i in range(values.ndim)]
    if isinstance(axes[0], nib.cifti2.SeriesAxis):
        c.field(file, "values", values.reshape(1, len(axes[0]), 1, 1, -1), values.dtype, format="CIFTI-2",
                timeUnit={"SECOND": "s", "HERTZ": "Hz"}[axes[0].unit], times=list(map(float, axes[0].time)), **info)
    elif isinstance(axes[0], nib.cifti2.LabelAxis):
        for i, (name, table, _) in enumerate(list(axes[0])[:first]):
            c.field(file, name, values[i].reshape(1, 1, 1, 1, -1), "i4", labels=True,
                    labelNames={str(k): v[0] for k, v in table.items()}, **info)
            one = "labels" if len(axes[0]) == 1 else "labels of " + name
            c.column(file, one, "green", [v[1][1] for v in table.values()])
    elif isinstance(axes[0], nib.cifti2.ScalarAxis):
        for i, name in enumerate(axes[0].name[:first]):
            c.field(file, name, values[i].reshape(1, 1, 1, 1, -1), values.dtype, **info)
    else:
        c.field(file, "values", values.T.reshape(1, 1, 1, len(axes[1]), len(axes[0])), values.dtype, **info)
    last = axes[-1]
    if isinstance(last, nib.cifti2.BrainModelAxis):
        names, starts = [], []
        for name, part, _ in last.iter_structures():
            names.append(name.replace("CIFTI_STRUCTURE_", ""))
            starts.append(part.start or 0)
        c.column(file, "brain models", "structure", names)
        c.column(file, "brain models", "first", starts)
    if isinstance(last, nib.cifti2.ParcelsAxis):
        c.column(file, "parcels", "name", map(str, last.name))
        c.column(file, "parcels", "vertices", [sum(len(v) for v in one.values()) for one in last.vertices])
        c.column(file, "parcels", "voxels", [len(v) for v in last.voxels])


def make_cifti(c):
    cifti = nib.cifti2
    mask = np.zeros((5, 6, 7), bool)
    mask[2, 3, 1:5] = True
    affine = np.array([[2, 0, 0, -3], [0, 2, 0, -5], [0, 0, 2, -7], [0, 0, 0, 1.0]])
    models = (cifti.BrainModelAxis.from_surface([1, 4, 6, 9], 12, name="CortexLeft")
              + cifti.BrainModelAxis.from_mask(mask, affine=affine, name="thalamus_left"))
    voxels = np.empty(3, object)
    voxels[:] = [np.zeros((0, 3), int), np.array([[1, 2, 3]]), np.zeros((0, 3), int)]
    parcels = cifti.ParcelsAxis(["A", "B b", "C"], voxels,
                                [{"CIFTI_STRUCTURE_CORTEX_LEFT": np.array([0, 1])},
                                 {"CIFTI_STRUCTURE_CORTEX_LEFT": np.array([3])}, {}],
                                affine=affine, volume_shape=mask.shape, nvertices={"CIFTI_STRUCTURE_CORTEX_LEFT": 12})
    series = cifti.SeriesAxis(10, 0.72, 5, "SECOND")
    scalars = cifti.ScalarAxis(["myelin", "thickness", "myelin"])
    table = {0: ("???", (1, 1, 1, 0)), 3: ("V1", (0.5, 0.25, 0, 1)), 7: ("Größe", (0, 1, 0, 1))}
    labels = cifti.LabelAxis(["areas", "other"], [table, {0: ("x", (0, 0, 0, 0))}])
    many = cifti.ScalarAxis(["map %d" % i for i in range(300)])

    def save(name, *axes, values=None):
        shape = tuple(len(a) for a in axes)
        if values is None:
            values = RANDOM.normal(size=shape).astype("f4")
        nib.save(cifti.Cifti2Image(values, axes), c.path(name))
        return c.path(name), values
    file, _ = save("t.dtseries.nii", series, models)
    cifti_entries(c, file)
    nothing = float("nan")
    c.column(file, "greyordinates", "vertex", [1, 4, 6, 9] + [nothing] * 4)
    c.column(file, "greyordinates", "y", [nothing] * 4 + list(np.argwhere(mask)[:, 1] * 2.0 - 5))
    c.column(file, "greyordinates", "z", [nothing] * 4 + list(np.argwhere(mask)[:, 2] * 2.0 - 7))
    with open(file, "rb") as whole:
        text = whole.read()
    for size in (300, 545, 700, len(text) - 1):
        with open(c.path("cut_%d.dtseries.nii" % size), "wb") as out:
            out.write(text[:size])
        c.refused(c.path("cut_%d.dtseries.nii" % size))
    for name, old, new, word in (("models", b'IndexCount="4"', b'IndexCount="9"', "brain model"),
                                 ("list", b"<VertexIndices>1 4 6 9", b"<VertexIndices>1 4 6  ", "promises 4 vertices"),
                                 ("series", b'NumberOfSeriesPoints="5"', b'NumberOfSeriesPoints="6"', "6 points"),
                                 ("kind", b"TYPE_SERIES", b"TYPE_SERIOS", "SERIOS")):
        assert old in text
        with open(c.path("lie_%s.dtseries.nii" % name), "wb") as out:
            out.write(text.replace(old, new))
        c.refused(c.path("lie_%s.dtseries.nii" % name), word)
    for at, size, name in ((16 + 8 * 6, 2 ** 40, "length"), (168, 2 ** 50, "offset")):
        with open(c.path("lie_%s.dtseries.nii" % name), "wb") as out:
            out.write(text[:at] + int(size).to_bytes(8, "little") + text[at + 8:])
        c.refused(c.path("lie_%s.dtseries.nii" % name), "header")
    file, values = save("s.dscalar.nii", scalars, models)
    for name, row in zip(("myelin", "thickness", "myelin 2"), values):
        c.field(file, name, row.reshape(1, 1, 1, 1, -1), "f4")
    file, values = save("many.dscalar.nii", many, models)
    c.field(file, "values", values.reshape(300, 1, 1, 1, -1), "f4")
    c.column(file, "maps", "name", many.name)
    cifti_entries(c, save("l.dlabel.nii", labels, models, values=RANDOM.choice([0, 3, 7], (2, 8)).astype("f4"))[0])
    for name, axes in (("p.ptseries.nii", (series, parcels)), ("p.pscalar.nii", (cifti.ScalarAxis(["one"]), parcels)),
                       ("p.pconn.nii", (parcels, parcels)), ("d.dconn.nii", (models, models)),
                       ("x.pdconn.nii", (parcels, models)), ("x.dpconn.nii", (models, parcels))):
        cifti_entries(c, save(name, *axes)[0])


def shared_cifti(c):
    for name in ("01_fmri/Conte69.MyelinAndCorrThickness.32k_fs_LR.dtseries.nii",
                 "01_fmri/Glasser_MMP1.32k_fs_LR.dlabel.nii", "01_fmri/S1200.sulc.32k_fs_LR.dscalar.nii",
                 "15_malformed/neuro/row_major.dconn.nii"):
        file = c.shared(name)
        if file:
            cifti_entries(c, file)


def make_freesurfer(c):
    fs = nib.freesurfer
    points, triangles = small_surface()
    file = c.path("lh.white")
    fs.write_geometry(file, points, triangles)
    c.grid(file, "surface", "surface", points, triangles, frame="ras", transform="surface RAS")
    placed = c.path("lh.pial")
    x, y, z, centre = (-1.0, 0, 0), (0, 0, -1.0), (0, 1.0, 0), np.array([1.5, -2, 3])
    fs.write_geometry(placed, points, triangles, volume_info={
        "head": [2, 0, 20], "valid": "1  # volume info valid", "filename": "x.mgz", "volume": [256, 256, 256],
        "voxelsize": [1, 1, 1], "xras": list(x), "yras": list(y), "zras": list(z), "cras": list(centre)})
    c.grid(placed, "surface", "surface", points + centre.astype("f4"), triangles,
           transform="scanner RAS (surface RAS moved by the volume's axes and centre)")
    with open(file, "rb") as whole:
        content = whole.read()
    for size in (10, 50, len(content) - 400, len(content) - 1):
        with open(c.path("cut%d.white" % size), "wb") as out:
            out.write(content[:size])
        c.refused(c.path("cut%d.white" % size))
    at = content.index(b"\n\n") + 2
    for name, count in (("huge", 2 ** 31 - 1), ("negative", -3)):
        with open(c.path(name + ".white"), "wb") as out:
            out.write(content[:at] + int(count).to_bytes(4, "big", signed=True) + content[at + 4:])
        c.refused(c.path(name + ".white"), "points need")
    values = RANDOM.normal(size=20).astype("f4")
    file = c.path("lh.thickness")
    fs.write_morph_data(file, values, fnum=30)
    c.field(file, "thickness", values.reshape(1, 1, 1, 1, 20), "f4", support="voxels", frame="voxel")
    with open(file, "rb") as whole:
        content = whole.read()
    for size in (9, 40, len(content) - 1):
        with open(c.path("cut%d.thickness" % size), "wb") as out:
            out.write(content[:size])
        c.refused(c.path("cut%d.thickness" % size))
    labels = RANDOM.integers(-1, 3, size=20)
    colours = np.array([[25, 5, 25, 0, 0], [100, 40, 7, 0, 0], [3, 200, 9, 128, 0]])
    file = c.path("lh.aparc.annot")
    fs.write_annot(file, labels, colours, ["unknown", "V1", "insula"], fill_ctab=True)
    expected, _, names = fs.read_annot(file)
    # Vertices that are not labelled have the colour 0, which no entry here has.
    c.field(file, "labels", expected.reshape(1, 1, 1, 1, 20), "i4", labels=True, missing=-1,
            labelNames={str(i): n.decode() for i, n in enumerate(names)})
    c.column(file, "labels", "red", [25 / 255, 100 / 255, 3 / 255])
    c.column(file, "labels", "alpha", [1, 1, 127 / 255])
    with open(file, "rb") as whole:
        content = whole.read()
    for size in (2, 100, len(content) - 3):
        with open(c.path("cut%d.annot" % size), "wb") as out:
            out.write(content[:size])
        c.refused(c.path("cut%d.annot" % size))
    with open(c.path("huge.annot"), "wb") as out:
        out.write(b"\x7f\xff\xff\xff" + content[4:])
    c.refused(c.path("huge.annot"), "vertices need")
    file = c.path("lh.V1.label")
    text = "#!ascii label  , from subject x vox2ras=TkReg\n3\n5  1.5 -2 3 0.25\n7  4 5 6 0.5\n9  -7 8 9.5 1\n"
    with open(file, "w") as out:
        out.write(text)
    c.grid(file, "vertices", "particles", [[1.5, -2, 3], [4, 5, 6], [-7, 8, 9.5]], transform="surface RAS")
    on = dict(support="points", grid="vertices")
    c.field(file, "value", np.array([0.25, 0.5, 1]).reshape(1, 1, 1, 1, 3), "f4", **on)
    c.field(file, "vertex", np.array([5, 7, 9]).reshape(1, 1, 1, 1, 3), "i4", **on)
    for name, bad in (("more", text.replace("\n3\n", "\n4\n")), ("huge", text.replace("\n3\n", "\n999999999\n")),
                      ("cut", text[:50])):
        with open(c.path(name + ".label"), "w") as out:
            out.write(bad)
        c.refused(c.path(name + ".label"))


def make(c):
    make_gifti(c)
    shared_gifti(c)
    make_cifti(c)
    shared_cifti(c)
    make_freesurfer(c)
