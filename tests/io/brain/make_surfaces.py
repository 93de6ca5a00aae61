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


def make(c):
    make_gifti(c)
    shared_gifti(c)
