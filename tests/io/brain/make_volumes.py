"""Volumes with a placement: NIfTI in six orientations, and the formats that others write."""
import gzip
import struct
import zlib

import nibabel as nib
import numpy as np

RANDOM = np.random.default_rng(5)


def make_orientations(c):
    """One asymmetric volume, stored along six triples of axes: the same value at every place."""
    shape = (5, 6, 7)
    values = RANDOM.integers(0, 1000, size=shape).astype("i2")
    affine = np.array([[2, 0, 0, -7], [0, 1.5, 0, 11], [0, 0, 3, -4], [0, 0, 0, 1.0]])
    ras = nib.Nifti1Image(values, affine)
    ras.header.set_xyzt_units("mm")
    for axes in ("RAS", "LPS", "LAS", "PIR", "ASL", "SRA"):
        turn = nib.orientations.ornt_transform(nib.io_orientation(affine), nib.orientations.axcodes2ornt(axes))
        turned = ras.as_reoriented(turn)
        assert "".join(nib.aff2axcodes(turned.affine)) == axes
        file = c.path("orientation_%s.nii.gz" % axes)
        nib.save(turned, file)
        c.volume(file, "image", np.asarray(turned.dataobj), "i2", turned.affine)
        c.entries.append({"kind": "places", "file": file, "field": "image",
                          "places": [[*map(float, affine[:3, :3] @ i + affine[:3, 3]), float(values[tuple(i)])]
                                     for i in np.ndindex(shape)]})


TURN = np.array([[0, -1, 0], [0.8, 0, 0.6], [-0.6, 0, 0.8]]).T  # columns: where the axes run
LPS = np.diag([-1.0, -1, 1, 1])


def affine_of(turn, spacing, origin):
    affine = np.eye(4)
    affine[:3, :3] = turn * spacing
    affine[:3, 3] = origin
    return affine


def put(c, name, *parts):
    with open(c.path(name), "wb") as out:
        for part in parts:
            out.write(part.encode() if isinstance(part, str) else part)
    return c.path(name)


def cuts(c, file, sizes, *words):
    """Refused: the file cut short at these sizes."""
    with open(file, "rb") as whole:
        content = whole.read()
    for size in sizes:
        cut = size if size > 0 else len(content) + size
        name = file.split("/")[-1].split(".", 1)
        c.refused(put(c, "%s_cut_%d.%s" % (name[0], cut, name[1]), content[:cut]), *words)


def stored(values, dtype):
    return np.asarray(values, dtype=dtype).tobytes(order="F")


def make_nrrd(c):
    spacing, origin = (2, 1.5, 3), (-10, 20, 30.5)
    affine = affine_of(TURN, spacing, origin)
    vectors = " ".join("(%r,%r,%r)" % tuple(map(float, affine[:3, i])) for i in range(3))
    place = "space: %s\nspace directions: " + "%s" + vectors + "%s\nspace origin: (-10,20,30.5)\n"

    def head(kind, sizes, extra, encoding="raw", endian="little"):
        return "NRRD0005\n# a remark\ntype: %s\ndimension: %d\nsizes: %s\nencoding: %s\nendian: %s\n%s" % (
            kind, len(sizes), " ".join(map(str, sizes)), encoding, endian, extra)
    values = RANDOM.integers(-900, 900, size=(5, 6, 7)).astype("i2")
    lps = place % ("left-posterior-superior", "", "")
    plain = put(c, "plain.nrrd", head("short", values.shape, lps + "content: a head\nkey:=some text\n"), "\n",
                stored(values, "<i2"))
    c.volume(plain, "image", values, "i2", LPS @ affine, transform="space directions (LPS → RAS)", format="NRRD",
             quantity="a head", warnings=0)
    for space, turn, name in (("RAS", np.eye(4), "RAS"), ("left-anterior-superior", np.diag([-1.0, 1, 1, 1]), "LAS → RAS")):
        file = put(c, "space_%s.nrrd" % name[:3], head("int16", values.shape, place % (space, "", ""), endian="big"),
                   "\n", stored(values, ">i2"))
        c.volume(file, "image", values, "i2", turn @ affine, transform="space directions (%s)" % name)
    packed = gzip.compress(stored(values, "<i2"))
    file = put(c, "packed.nrrd", head("int16_t", values.shape, lps, "gzip"), "\n", packed)
    c.volume(file, "image", values, "i2", LPS @ affine)
    cuts(c, file, (20, 150, -40, -100))
    put(c, "beside.raw.gz", packed)
    file = put(c, "beside.nhdr", head("short", values.shape, lps, "gz") + "data file: beside.raw.gz\n")
    c.volume(file, "image", values, "i2", LPS @ affine)
    put(c, "skipped.raw", "a line\nanother\n1234", stored(values, "<i2"))
    for extra in ("line skip: 2\nbyte skip: 4\n", "byte skip: -1\n"):
        file = put(c, "skip_%d.nhdr" % len(extra), head("short", values.shape, lps) + extra + "data file: skipped.raw\n")
        c.volume(file, "image", values, "i2", LPS @ affine)
    for z in range(7):
        put(c, "slice%02d.raw" % (z + 1), stored(values[:, :, z], "<i2"))
    file = put(c, "pattern.nhdr", head("short", values.shape, lps) + "data file: slice%02d.raw 1 7 1\n")
    c.volume(file, "image", values, "i2", LPS @ affine)
    file = put(c, "list.nhdr", head("short", values.shape, lps) + "data file: LIST\n"
               + "".join("slice%02d.raw\n" % (z + 1) for z in range(7)))
    c.volume(file, "image", values, "i2", LPS @ affine)
    floats = RANDOM.normal(size=(4, 3, 2)).astype("f4")
    file = put(c, "text.nrrd", head("float", floats.shape, "spacings: 1 2 3\nunits: \"um\" \"um\" \"um\"\n", "ascii"), "\n",
               " ".join(repr(float(v)) for v in floats.ravel(order="F")))
    c.field(file, "image", floats.transpose(2, 1, 0)[None, None], "f4", frame="cartesian", worldUnit="um",
            affine=np.diag([1.0, 2, 3, 1])[:3].tolist())
    cuts(c, file, (-30,))
    four = RANDOM.normal(size=(3, 4, 5, 6)).astype("f8")
    file = put(c, "time.nrrd", head("double", four.shape, place % ("LPS", "", " none") + "kinds: domain domain domain time\n"
               'spacings: nan nan nan 0.5\nunits: "mm" "mm" "mm" "s"\n'), "\n", stored(four, "<f8"))
    c.volume(file, "image", four, "f8", LPS @ affine, timeUnit="s", times=[0, 0.5, 1, 1.5, 2, 2.5])
    file = put(c, "vector.nrrd", head("double", four.shape, place % ("LPS", "none ", "") + "kinds: vector domain domain domain\n"),
               "\n", stored(four, "<f8"))
    c.field(file, "image", four.transpose(0, 3, 2, 1)[:, None], "f8", affine=(LPS @ affine)[:3].tolist(), frame="ras")
    labels = (values % 3).astype("u1")
    file = put(c, "segments.seg.nrrd", head("unsigned char", labels.shape, lps + "Segment0_LabelValue:=2\n"
               "Segment0_Name:=Größe\nSegment1_LabelValue:=1\nSegment1_Name:=left\n"), "\n", stored(labels, "u1"))
    c.volume(file, "labels", labels, "u1", LPS @ affine, labels=True, labelNames={"1": "left", "2": "Größe"})
    cuts(c, plain, (8, 60, 200, -1), "")
    for name, text, word in (("huge", head("short", (10 ** 6, 10 ** 6, 10 ** 6), ""), "promises"),
                             ("negative", head("short", (-5, 6, 7), ""), "length"),
                             ("overflow", head("double", (10 ** 14,) * 3, ""), "promises"),
                             ("axes", head("short", (5, 6), "").replace("dimension: 2", "dimension: 3"), "axes"),
                             ("bzip2", head("short", (5, 6, 7), "", "bzip2"), "bzip2"),
                             ("block", head("block", (5, 6, 7), ""), "block"),
                             ("none", head("short", (5, 6, 7), "data file: nothing.raw\n"), "nothing.raw"),
                             ("out", head("short", (5, 6, 7), "data file: ../x.raw\n"), "beside")):
        c.refused(put(c, "lie_%s.nrrd" % name, text, "\n", stored(values, "<i2")), word)


def make_metaimage(c):
    spacing, origin = (2, 1.5, 3), (-10, 20, 30.5)
    affine = LPS @ affine_of(TURN, spacing, origin)
    matrix = " ".join(repr(float(v)) for v in TURN.T.ravel())
    values = RANDOM.integers(-900, 900, size=(5, 6, 7)).astype("i2")

    def head(kind, sizes, data, extra=""):
        return ("ObjectType = Image\nNDims = %d\nBinaryData = True\nTransformMatrix = %s\nOffset = -10 20 30.5\n"
                "ElementSpacing = 2 1.5 3\nDimSize = %s\n%sElementType = %s\nElementDataFile = %s\n") % (
                    len(sizes), matrix, " ".join(map(str, sizes)), extra, kind, data)
    local = put(c, "local.mha", head("MET_SHORT", values.shape, "LOCAL"), stored(values, "<i2"))
    c.volume(local, "image", values, "i2", affine, format="MetaImage", transform="TransformMatrix (LPS → RAS)", warnings=0)
    put(c, "big.raw", "head", stored(values, ">i2"))
    big = "BinaryDataByteOrderMSB = True\nHeaderSize = -1\n"
    c.volume(put(c, "big.mhd", head("MET_SHORT", values.shape, "big.raw", big)), "image", values, "i2", affine)
    packed = zlib.compress(stored(values, "<i2"))
    extra = "CompressedData = True\nCompressedDataSize = %d\n" % len(packed)
    file = put(c, "packed.mha", head("MET_SHORT", values.shape, "LOCAL", extra), packed)
    c.volume(file, "image", values, "i2", affine)
    cuts(c, file, (-20, -len(packed) + 10), "")
    put(c, "packed.zraw", packed)
    c.volume(put(c, "packed.mhd", head("MET_SHORT", values.shape, "packed.zraw", extra)), "image", values, "i2", affine)
    put(c, "m1.raw", stored(values[:, :, :3], "<i2"))
    for z in range(7):
        put(c, "m%d.raw" % z, stored(values[:, :, z], "<i2"))
    c.volume(put(c, "list.mhd", head("MET_SHORT", values.shape, "LIST\n" + "\n".join("m%d.raw" % z for z in range(7)))),
             "image", values, "i2", affine)
    text = head("MET_SHORT", values.shape, "LOCAL").replace("BinaryData = True", "BinaryData = False")
    c.volume(put(c, "text.mha", text, " ".join(map(str, values.ravel(order="F")))), "image", values, "i2", affine)
    colours = RANDOM.integers(0, 255, size=(3, 4, 5, 6)).astype("u1")
    file = put(c, "colours.mha", head("MET_UCHAR_ARRAY", colours.shape[1:], "LOCAL", "ElementNumberOfChannels = 3\n"),
               stored(colours, "u1"))
    c.field(file, "image", colours.transpose(0, 3, 2, 1)[:, None], "u1", affine=affine[:3].tolist())
    cuts(c, local, (30, 120, -1), "")
    for name, text, word in (("huge", head("MET_SHORT", (10 ** 7,) * 3, "LOCAL"), ""),
                             ("negative", head("MET_SHORT", (5, -6, 7), "LOCAL"), "length"),
                             ("type", head("MET_OTHER", (5, 6, 7), "LOCAL"), "MET_OTHER"),
                             ("none", head("MET_SHORT", (5, 6, 7), "nothing.raw"), "nothing.raw"),
                             ("out", head("MET_SHORT", (5, 6, 7), "/etc/passwd"), "beside"),
                             ("matrix", head("MET_SHORT", (5, 6, 7), "LOCAL").replace(matrix, "1 0 0"), "too few")):
        c.refused(put(c, "lie_%s.mha" % name, text, stored(values, "<i2")), word)
    file = c.shared("11_segmentation/vtk_HeadMRVolume.mhd")
    if file:
        raw = np.fromfile(c.shared("11_segmentation/HeadMRVolume.raw"), "u1").reshape((48, 62, 42), order="F")
        c.volume(file, "image", raw, "u1", LPS @ np.diag([4.0, 4, 4, 1]), transform="none", warnings=1)


def make_gipl(c):
    values = RANDOM.integers(-900, 900, size=(5, 6, 7)).astype("i2")

    def head(sizes, code):
        return (struct.pack(">4HH4f", *sizes, code, 2, 1.5, 3, 0) + b"a head".ljust(80, b"\0") + b"\0" * 98
                + struct.pack(">4d", -10, 20, 30.5, 0) + b"\0" * 16 + struct.pack(">I", 719555000))
    assert len(head((5, 6, 7, 1), 15)) == 256
    affine = LPS @ affine_of(np.eye(3), (2, 1.5, 3), (-10, 20, 30.5))
    file = put(c, "small.gipl", head((5, 6, 7, 1), 15), stored(values, ">i2"))
    c.volume(file, "image", values, "i2", affine, format="GIPL", transform="none")
    cuts(c, file, (100, 255, 256, -1), "")
    c.volume(put(c, "small.gipl.gz", gzip.compress(open(file, "rb").read())), "image", values, "i2", affine)
    c.refused(put(c, "lie.gipl", head((65535, 65535, 65535, 9), 65), stored(values, ">i2")), "promises")
    c.refused(put(c, "lie.gipl.gz", gzip.compress(head((65535, 65535, 65535, 9), 65))), "promises")
    c.refused(put(c, "type.gipl", head((5, 6, 7, 1), 200), stored(values, ">i2")), "type 200")
    for name, dtype in (("MRIcrop-orig", ">i2"), ("MRIcrop-seg", None)):
        file = c.shared("11_segmentation/itksnap_%s.gipl.gz" % name)
        if file:
            raw = gzip.open(file).read()
            shape = struct.unpack(">3H", raw[:6])
            dtype = dtype or {8: "u1", 7: "i1", 1: "u1"}[struct.unpack(">H", raw[8:10])[0]]
            spacing = struct.unpack(">3f", raw[10:22])
            expected = np.frombuffer(raw[256:], dtype)[:np.prod(shape)].reshape(shape, order="F")
            c.volume(file, "", expected, np.dtype(dtype).newbyteorder("="),
                     LPS @ affine_of(np.eye(3), spacing, struct.unpack(">3d", raw[204:228])))


def make_mgh(c):
    for name, dtype in (("b", "u1"), ("s", "i2"), ("i", "i4"), ("f", "f4")):
        values = (RANDOM.normal(size=(5, 6, 7)) * 60 + 100).clip(0, 255).astype(dtype)
        affine = affine_of(TURN, (2, 1.5, 3), (-10, 20, 30.5))
        for suffix in ("mgh", "mgz"):
            file = c.path("%s.%s" % (name, suffix))
            image = nib.MGHImage(values, affine)
            nib.save(image, file)
            c.volume(file, "image", values, dtype, nib.load(file).affine, format="MGH", transform="Mdc and centre", warnings=0)
    cuts(c, c.path("f.mgh"), (20, 200, 284, 400), "")
    cuts(c, c.path("f.mgz"), (60, -30), "")
    frames = RANDOM.normal(size=(3, 4, 5, 6)).astype("f4")
    image = nib.MGHImage(frames, affine)
    image.header.set_zooms((2, 1.5, 3, 720))
    nib.save(image, c.path("frames.mgz"))
    c.volume(c.path("frames.mgz"), "image", frames, "f4", nib.load(c.path("frames.mgz")).affine, timeUnit="s",
             times=[0, 0.72, 1.44, 2.16, 2.88, 3.6])
    with open(c.path("f.mgh"), "rb") as whole:
        content = whole.read()
    for name, at, value, word in (("length", 4, 0, "length"), ("huge", 8, 2 ** 31 - 1, "promises"), ("type", 20, 9, "type 9")):
        c.refused(put(c, "lie_%s.mgh" % name, content[:at], struct.pack(">i", value), content[at + 4:]), word)
    file = put(c, "unplaced.mgh", content[:28], b"\0\0", content[30:])
    # FreeSurfer's own assumption: coronal slices, right to left, up to down, back to front.
    coronal = np.array([[-1.0, 0, 0, 2.5], [0, 0, 1, -3.5], [0, -1, 0, 3], [0, 0, 0, 1]])
    c.volume(file, "image", np.asarray(nib.load(c.path("f.mgh")).dataobj), "f4", coronal, transform="none", warnings=1)


def make_minc(c):
    import h5py
    cosines = {"xspace": TURN[:, 0], "yspace": TURN[:, 1], "zspace": TURN[:, 2]}
    step = {"xspace": 2.0, "yspace": -1.5, "zspace": 3.0}
    start = {"xspace": -10.0, "yspace": 20, "zspace": 30.5}

    def write(name, values, order, low=None, high=None, span=None, bare=False):
        """values: in the file's order of axes."""
        with h5py.File(c.path(name), "w") as f:
            image = f.create_group("minc-2.0/image/0")
            data = image.create_dataset("image", data=values, chunks=True, compression="gzip")
            data.attrs["dimorder"] = np.bytes_(",".join(order))
            if span:
                data.attrs["valid_range"] = np.array(span, "f8")
            if low is not None:
                for each, numbers in (("image-min", low), ("image-max", high)):
                    image[each] = numbers
                    image[each].attrs["dimorder"] = np.bytes_(order[0])
            for axis, size in zip(order, values.shape):
                d = f.create_dataset("minc-2.0/dimensions/" + axis, data=0)
                d.attrs["length"] = size
                d.attrs["spacing"] = np.bytes_("regular__")
                if axis in step and not bare:
                    d.attrs["step"], d.attrs["start"], d.attrs["direction_cosines"] = step[axis], start[axis], cosines[axis]
                if axis == "time":
                    d.attrs["step"], d.attrs["start"] = 0.5, 1.0
        return c.path(name)

    def affine(order):
        a = np.eye(4)
        for i, axis in enumerate(order):
            a[:3, i] = cosines[axis] * step[axis]
        a[:3, 3] = sum(cosines[x] * start[x] for x in order)
        return a
    xyz = ("xspace", "yspace", "zspace")
    stored_values = RANDOM.integers(0, 4000, size=(7, 6, 5)).astype("u2")
    low, high = RANDOM.normal(size=7), RANDOM.normal(size=7) + 100
    for order in (("zspace", "yspace", "xspace"), ("yspace", "xspace", "zspace")):
        file = write("scaled_%s.mnc" % order[0], stored_values, order, low, high, (0, 4095))
        values = stored_values / 4095 * (high - low)[:, None, None] + low[:, None, None]
        turned = values.transpose([order.index(a) for a in xyz])
        c.volume(file, "image", turned, "f4", affine(xyz), tolerance=1e-6, format="MINC 2",
                 transform="start, step and direction cosines", warnings=0)
        peer = nib.load(file)
        assert np.allclose(peer.get_fdata().transpose([order.index(a) for a in xyz]), turned)
        assert np.allclose(peer.affine[:, [order.index(a) for a in xyz] + [3]], affine(xyz))
    floats = RANDOM.normal(size=(3, 7, 6, 5)).astype("f4")
    file = write("time.mnc", floats, ("time", "zspace", "yspace", "xspace"))
    c.volume(file, "image", floats.transpose(3, 2, 1, 0), "f4", affine(xyz), timeUnit="s", times=[1, 1.5, 2])
    cuts(c, file, (600, 2000, -1), "")
    c.refused(write("order.mnc", floats, ("time", "zspace", "yspace", "yspice")), "yspice")
    c.refused(write("slices.mnc", stored_values, ("zspace", "yspace", "xspace"), low[:5], high[:5]), "slices")
    file = c.shared("15_malformed/neuro/minc2-no-att.mnc")
    if file:
        peer = nib.load(file)
        c.volume(file, "image", peer.get_fdata().transpose(2, 1, 0), "f4", peer.affine[:, [2, 1, 0, 3]], tolerance=1e-5)
    file = c.shared("15_malformed/neuro/minc2_baddim.mnc")  # nibabel refuses it: the spacing of x is "xspace"
    if file:
        with h5py.File(file) as f:
            image = f["minc-2.0/image/0"]
            low, high = image["image-min"][()], image["image-max"][()]
            values = (image["image"][()] + 32768.0) / 65535 * (high - low)[:, None, None] + low[:, None, None]
        c.volume(file, "image", values.transpose(2, 1, 0), "f4",
                 affine_of(np.eye(3), (0.035,) * 3, (-2.625, -2.415, -4.06)), tolerance=1e-5, warnings=1)


def make_labels(c):
    values = RANDOM.integers(0, 4, size=(5, 6, 7)).astype("u1")
    affine = np.diag([2.0, 1.5, 3, 1])

    def save(name, data=values):
        nib.save(nib.Nifti1Image(data, affine), c.path(name))
        return c.path(name)
    named = dict(labels=True, labelNames={"1": "Precentral_L", "3": "Größe rechts"})
    text = "1 Precentral_L 2001\r\n2 Precentral_R 2002\r\n3 Größe rechts 2101\r\n"
    file = save("atlas.nii.gz")
    put(c, "atlas.nii.txt", text)
    put(c, "atlas.nii.lut", bytes(range(256)), bytes(range(255, -1, -1)), b"\0" * 256)
    c.volume(file, "labels", values, "u1", affine, **named)
    c.column(file, "labels", "green", [254 / 255, 253 / 255, 252 / 255])
    file = save("plain.nii")
    put(c, "plain.txt", text)
    c.volume(file, "labels", values, "u1", affine, **named)
    spm = "<atlas><header><type>Label</type></header><data>%s</data></atlas>"
    file = save("spm.nii")
    put(c, "spm.xml", spm % "".join("<label><index>%d</index><name>%s</name></label>" % pair
                                    for pair in ((1, "Precentral_L"), (3, "Größe rechts"))))
    c.volume(file, "labels", values, "u1", affine, **named)
    file = save("fsl.nii")
    put(c, "fsl.xml", (spm % '<label index="0" x="4">Precentral_L</label><label index="2">Größe rechts</label>').replace(
        "Label<", "Probabalistic<"))
    c.volume(file, "labels", values, "u1", affine, **named)
    file = save("notes.nii")
    put(c, "notes.txt", "1 first scan\nThe second was lost\n")
    c.volume(file, "image", values, "u1", affine, labels=False)
    file = save("float.nii", values.astype("f4"))
    put(c, "float.txt", text)
    c.volume(file, "image", values, "f4", affine, labels=False)
    file = c.shared("01_fmri/aal.nii.gz")
    if file:
        names = [line.split() for line in open(c.shared("01_fmri/aal.nii.txt")) if line.strip()]
        image = nib.load(file)
        c.volume(file, "labels", np.asarray(image.dataobj), "u1", image.affine, labels=True,
                 labelNames={n[0]: n[1] for n in names})
        lut = np.fromfile(c.shared("01_fmri/aal.nii.lut"), "u1").reshape(3, 256)
        c.column(file, "labels", "blue", [lut[2, int(n[0])] / 255 for n in names])


def make(c):
    make_orientations(c)
    make_nrrd(c)
    make_metaimage(c)
    make_gipl(c)
    make_mgh(c)
    make_minc(c)
    make_labels(c)
