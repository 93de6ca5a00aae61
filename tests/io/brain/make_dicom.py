"""DICOM files, written by pydicom."""
import os

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

RANDOM = np.random.default_rng(9)
TURN = np.array([[0, -1, 0], [0.8, 0, 0.6], [-0.6, 0, 0.8]]).T
LPS = np.diag([-1.0, -1, 1, 1])
SPACING = (2, 1.5, 3)  # along columns' index, rows' index, slices
ORIGIN = np.array([-10, 20, 30.5])


def write(path, pixels, z=None, instance=1, series="1.2.3.4", syntax=ExplicitVRLittleEndian, **more):
    """pixels: (rows, columns[, samples]) or (frames, rows, columns) where more has NumberOfFrames."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    meta.MediaStorageSOPInstanceUID = "1.2.3.%d" % (abs(hash(path)) % 10 ** 9)
    meta.TransferSyntaxUID = syntax
    d = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    d.is_little_endian, d.is_implicit_VR = True, syntax == ImplicitVRLittleEndian
    d.SOPClassUID, d.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    d.SeriesInstanceUID, d.Modality, d.SeriesDescription, d.InstanceNumber = series, "MR", "a head", instance
    frames = "NumberOfFrames" in more
    samples = 1 if frames or pixels.ndim == 2 else pixels.shape[2]
    d.Rows, d.Columns = pixels.shape[1:3] if frames else pixels.shape[:2]
    d.SamplesPerPixel = samples
    d.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        d.PlanarConfiguration = 0
    d.BitsAllocated = d.BitsStored = pixels.dtype.itemsize * 8
    d.HighBit = d.BitsStored - 1
    d.PixelRepresentation = int(pixels.dtype.kind == "i")
    if z is not None:
        d.ImageOrientationPatient = [float("%.10g" % v) for v in (*TURN[:, 0], *TURN[:, 1])]
        d.ImagePositionPatient = [float("%.10g" % v) for v in ORIGIN + TURN[:, 2] * SPACING[2] * z]
        d.PixelSpacing = [SPACING[1], SPACING[0]]  # between rows, between columns
        d.SliceThickness = SPACING[2]
    for key, value in more.items():
        setattr(d, key, value)
    d.PixelData = pixels.tobytes()
    d.save_as(path, write_like_original=False)
    return path


def make(c):
    affine = np.eye(4)
    affine[:3, :3] = TURN * SPACING
    affine[:3, 3] = ORIGIN
    affine = LPS @ affine
    values = RANDOM.integers(-900, 900, size=(5, 6, 7)).astype("i2")  # columns, rows, slices

    def folder(name):
        os.mkdir(c.path(name))
        return c.path(name)
    series = folder("series")
    order = [3, 0, 6, 1, 5, 2, 4]
    for i, z in enumerate(order):  # neither names nor instance numbers are in the order of places
        write("%s/%d.dcm" % (series, i), values[:, :, z].T, z, instance=i + 1,
              syntax=ImplicitVRLittleEndian if i % 2 else ExplicitVRLittleEndian)
    with open(series + "/notes.txt", "w") as out:
        out.write("not DICOM\n" * 30)
    place = "ImagePosition and ImageOrientation (LPS → RAS)"
    c.volume(series, "a head", values, "i2", affine, transform=place, format="DICOM series", warnings=0)
    with open(series + "/2.dcm", "rb") as whole:
        content = whole.read()

    scaled = folder("scaled")
    for z in range(7):
        write("%s/%d" % (scaled, z), values[:, :, z].T, z, instance=z, RescaleSlope=0.5, RescaleIntercept=z - 10)
    c.volume(scaled, "a head", values * 0.5 + np.arange(7) - 10, "f4", affine)

    steps = RANDOM.integers(0, 900, size=(5, 6, 4, 3)).astype("u2")
    time = folder("time")
    for t in range(3):
        for z in range(4):
            write("%s/%d_%d.dcm" % (time, z, t), np.ascontiguousarray(steps[:, :, z, t].T), z, instance=t * 4 + z)
    c.volume(time, "a head", steps, "u2", affine, warnings=1)

    two = folder("two")
    for z in range(2):
        write("%s/a%d.dcm" % (two, z), values[:, :, z].T, z, series="1.2.3.5")
        write("%s/b%d.dcm" % (two, z), values[:4, :, z].T, z, series="1.2.3.6", SeriesDescription="other")
    c.volume(two, "a head", values[:, :, :2], "i2", affine)
    c.volume(two, "other", values[:4, :, :2], "i2", affine)

    gap = folder("gap")
    for z in (0, 1, 3, 4):
        write("%s/%d.dcm" % (gap, z), values[:, :, z].T, z)
    wide = affine.copy()
    wide[:3, 2] *= 4 / 3
    c.volume(gap, "a head", values[:, :, [0, 1, 3, 4]], "i2", wide, warnings=1)

    part = folder("part")
    for z in range(3):
        write("%s/%d.dcm" % (part, z), values[:, :, z].T, z)
    with open(part + "/bad.dcm", "wb") as out:
        out.write(content[:300])
    c.volume(part, "a head", values[:, :, :3], "i2", affine, warnings=1)

    single = write(c.path("single.dcm"), values[:, :, 4].T, 0)
    c.volume(single, "image", values[:, :, 4:5], "i2", affine, transform=place, format="DICOM", warnings=1)
    colours = RANDOM.integers(0, 255, size=(6, 5, 3)).astype("u1")
    file = write(c.path("colours.dcm"), colours)
    c.field(file, "image", colours.transpose(2, 0, 1)[:, None, None], "u1", frame="voxel")
    frames = RANDOM.integers(0, 255, size=(4, 6, 5)).astype("u1")
    file = write(c.path("frames.dcm"), frames, NumberOfFrames=4)
    c.field(file, "image", frames[None, None], "u1", frame="voxel")

    # An enhanced image: the places of its frames are in sequences.
    def sequence(**items):
        d = pydicom.Dataset()
        for key, value in items.items():
            setattr(d, key, value)
        return pydicom.Sequence([d])
    turn = [float("%.10g" % v) for v in (*TURN[:, 0], *TURN[:, 1])]
    shared = sequence(PlaneOrientationSequence=sequence(ImageOrientationPatient=turn),
                      PixelMeasuresSequence=sequence(PixelSpacing=[SPACING[1], SPACING[0]], SliceThickness=9))
    places = [[float("%.10g" % v) for v in ORIGIN + TURN[:, 2] * SPACING[2] * z] for z in range(4)]
    each = pydicom.Sequence([sequence(PlanePositionSequence=sequence(ImagePositionPatient=at))[0] for at in places])
    file = write(c.path("enhanced.dcm"), frames, NumberOfFrames=4, SharedFunctionalGroupsSequence=shared,
                 PerFrameFunctionalGroupsSequence=each)
    c.volume(file, "image", frames.transpose(2, 1, 0), "u1", affine, transform=place)
    # Twelve bits used of sixteen, with something else in the others.
    twelve = RANDOM.integers(-2048, 2048, size=(6, 5)).astype("i2")
    file = write(c.path("twelve.dcm"), ((twelve & 0xFFF) | 0x5000).astype("i2"), BitsStored=12, HighBit=11)
    c.field(file, "image", twelve[None, None, None], "i2")

    for size in (131, 140, 300, len(content) - 30):
        with open(c.path("cut_%d.dcm" % size), "wb") as out:
            out.write(content[:size])
        c.refused(c.path("cut_%d.dcm" % size))
    lie = pydicom.dcmread(single)
    lie.Rows, lie.Columns = 65535, 65535
    lie.save_as(c.path("lie.dcm"))
    c.refused(c.path("lie.dcm"), "promises")
    only = folder("only_bad")
    with open(only + "/bad.dcm", "wb") as out:
        out.write(content[:300])
    c.refused(only, "no DICOM file in it")
    c.refused(folder("nothing"), "folder")
    packed = c.shared("15_malformed/neuro/slicethickness_empty_string.dcm")
    if packed:
        d = pydicom.dcmread(packed)
        turn = np.array(d.ImageOrientationPatient, float)
        affine = np.eye(4)
        affine[:3, 0], affine[:3, 1] = turn[:3] * float(d.PixelSpacing[1]), turn[3:] * float(d.PixelSpacing[0])
        affine[:3, 2] = np.cross(turn[:3], turn[3:])
        affine[:3, 3] = np.array(d.ImagePositionPatient, float)
        c.entries.append({"kind": "packed", "file": packed, "shape": [int(d.Columns), int(d.Rows), 1],
                          "columns": (LPS @ affine)[:3].tolist()})
