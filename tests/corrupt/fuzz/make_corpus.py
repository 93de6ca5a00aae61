#!/usr/bin/python3
"""Writes the seed files in corpus/: small valid files, one folder a format, made here from the formats' specifications
byte by byte (no file of anybody else's), so that they may be given away with the program.

The folder's name is the format's, as `discern-run info --formats` lists it, with "_" for a blank; the seed's name is
the one that the reader is given. In a folder whose name ends in ".parted", one seed is several files, parted by lines
"=== NAME": what stands before the first is the file itself; when nothing does, the seed is a folder.
"""
import base64, gzip, io, os, shutil, struct, subprocess, tempfile, zipfile, zlib

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
shutil.rmtree(here, ignore_errors=True)


def put(folder, name, content):
    path = os.path.join(here, folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def packed(content):
    return gzip.compress(content, mtime=0)


def shorts(count):
    return struct.pack("<%dh" % count, *range(count))


def nifti(order, dims, code, bits, intent=0, offset=352):
    h = bytearray(352)
    struct.pack_into(order + "i", h, 0, 348)
    struct.pack_into(order + "%dh" % (len(dims) + 1), h, 40, len(dims), *dims)
    struct.pack_into(order + "hhh", h, 68, intent, code, bits)
    struct.pack_into(order + "8f", h, 76, -1, 2, 2, 2, 1.5, 1, 1, 1)
    struct.pack_into(order + "fff", h, 108, offset, 2, 1)
    h[123] = 10
    struct.pack_into(order + "hh", h, 252, 1, 1)
    struct.pack_into(order + "3f", h, 268, -4, -6, -8)
    struct.pack_into(order + "12f", h, 280, 2, 0, 0, -4, 0, 2, 0, -6, 0, 0, 2, -8)
    h[344:348] = b"n+1\0"
    return bytes(h)


def brain():
    volume = nifti("<", (4, 3, 2, 2), 4, 16) + shorts(48)
    put("NIfTI-1", "a.nii", volume)
    put("NIfTI-1", "big.nii", nifti(">", (2, 2, 2), 16, 32) + struct.pack(">8f", *range(8)))
    put("NIfTI-1", "rgb.nii", nifti("<", (2, 2, 2), 128, 24) + bytes(24))
    put("NIfTI-1", "a.nii.gz", packed(volume))
    h = bytearray(544)
    struct.pack_into("<i", h, 0, 540)
    h[4:12] = b"n+2\0\r\n\x1a\n"
    struct.pack_into("<hh8q", h, 12, 16, 32, 3, 2, 2, 2, 1, 1, 1, 1)
    struct.pack_into("<8d", h, 104, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<q", h, 168, 544)
    put("NIfTI-1", "second.nii", bytes(h) + bytes(32))
    xml = (b'<CIFTI Version="2"><Matrix><MatrixIndicesMap AppliesToMatrixDimension="0" '
           b'IndicesMapToDataType="CIFTI_INDEX_TYPE_SERIES" NumberOfSeriesPoints="2" SeriesExponent="0" SeriesStart="0" '
           b'SeriesStep="1" SeriesUnit="SECOND"/><MatrixIndicesMap AppliesToMatrixDimension="1" '
           b'IndicesMapToDataType="CIFTI_INDEX_TYPE_BRAIN_MODELS"><Volume VolumeDimensions="4,4,4">'
           b'<TransformationMatrixVoxelIndicesIJKtoXYZ MeterExponent="-3">2 0 0 0 0 2 0 0 0 0 2 0 0 0 0 1'
           b'</TransformationMatrixVoxelIndicesIJKtoXYZ></Volume><BrainModel IndexOffset="0" IndexCount="3" '
           b'ModelType="CIFTI_MODEL_TYPE_SURFACE" BrainStructure="CIFTI_STRUCTURE_CORTEX_LEFT" '
           b'SurfaceNumberOfVertices="10"><VertexIndices>0 2 5</VertexIndices></BrainModel><BrainModel IndexOffset="3" '
           b'IndexCount="2" ModelType="CIFTI_MODEL_TYPE_VOXELS" BrainStructure="CIFTI_STRUCTURE_BRAIN_STEM">'
           b'<VoxelIndicesIJK>1 1 1\n2 1 1</VoxelIndicesIJK></BrainModel></MatrixIndicesMap></Matrix></CIFTI>')
    size = (8 + len(xml) + 15) // 16 * 16
    begin = 544 + size
    h = bytearray(544)
    struct.pack_into("<i", h, 0, 540)
    h[4:12] = b"n+2\0\r\n\x1a\n"
    struct.pack_into("<hh8q", h, 12, 16, 32, 6, 1, 1, 1, 1, 2, 5, 1)
    struct.pack_into("<q", h, 168, begin)
    struct.pack_into("<i", h, 504, 3002)
    h[540] = 1
    put("CIFTI-2", "a.dtseries.nii",
        bytes(h) + struct.pack("<ii", size, 32) + xml.ljust(size - 8, b"\0") + struct.pack("<10f", *range(10)))

    def array(intent, kind, dims, text, coding="ASCII"):
        sizes = " ".join('Dim%d="%d"' % (i, n) for i, n in enumerate(dims))
        return ('<DataArray Intent="%s" DataType="%s" ArrayIndexingOrder="RowMajorOrder" Dimensionality="%d" %s '
                'Encoding="%s" Endian="LittleEndian" ExternalFileName="" ExternalFileOffset=""><CoordinateSystemTransform'
                'Matrix><DataSpace>NIFTI_XFORM_TALAIRACH</DataSpace><TransformedSpace>NIFTI_XFORM_TALAIRACH'
                '</TransformedSpace><MatrixData>1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1</MatrixData></CoordinateSystemTransform'
                'Matrix><Data>%s</Data></DataArray>' % (intent, kind, len(dims), sizes, coding, text))
    labels = '<LabelTable><Label Key="0" Red="1" Green="0" Blue="0" Alpha="1">none</Label></LabelTable>'
    plain = array("NIFTI_INTENT_POINTSET", "NIFTI_TYPE_FLOAT32", (3, 3), "0 0 0 1 0 0 0 1 0")
    plain += array("NIFTI_INTENT_TRIANGLE", "NIFTI_TYPE_INT32", (1, 3), "0 1 2")
    floats = struct.pack("<3f", 1, 2, 3)
    shape = array("NIFTI_INTENT_SHAPE", "NIFTI_TYPE_FLOAT32", (3,), base64.b64encode(floats).decode(), "Base64Binary")
    zipped = array("NIFTI_INTENT_LABEL", "NIFTI_TYPE_INT32", (3,),
                   base64.b64encode(zlib.compress(struct.pack("<3i", 0, 0, 1))).decode(), "GZipBase64Binary")
    for name, body, count in (("a.surf.gii", plain, 2), ("a.func.gii", shape, 1), ("a.label.gii", labels + zipped, 1)):
        put("GIFTI", name, '<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="%d">%s</GIFTI>' % (count, body))

    nrrd = "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 3 2 2\nspace directions: (2,0,0)" \
           " (0,2,0) (0,0,2)\nkinds: domain domain domain\nendian: little\nencoding: %s\nspace origin: (1,2,3)\nkey:=value\n\n"
    put("NRRD", "a.nrrd", (nrrd % "raw").encode() + shorts(12))
    put("NRRD", "gzip.nrrd", (nrrd % "gzip").encode() + packed(shorts(12)))
    put("NRRD", "text.nrrd", nrrd % "ascii" + " ".join(map(str, range(12))))
    gipl = bytearray(256)
    struct.pack_into(">4HH4f", gipl, 0, 3, 2, 2, 1, 64, 1, 1, 2, 1)
    struct.pack_into(">4d", gipl, 204, 1, 2, 3, 0)
    struct.pack_into(">I", gipl, 252, 719555000)
    put("GIPL", "a.gipl", bytes(gipl) + bytes(48))
    meta = "ObjectType = Image\nNDims = 3\nBinaryData = %s\nBinaryDataByteOrderMSB = False\nCompressedData = %s\n" \
           "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 1 2 3\nElementSpacing = 1 1 2\nDimSize = 3 2 2\n" \
           "ElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    put("MetaImage", "a.mha", (meta % ("True", "False")).encode() + shorts(12))
    put("MetaImage", "zipped.mha", (meta % ("True", "True")).encode() + zlib.compress(shorts(12)))
    put("MetaImage", "text.mha", meta % ("False", "False") + " ".join(map(str, range(12))))
    mgh = struct.pack(">7ih", 1, 3, 2, 2, 1, 4, 0, 1) + struct.pack(">15f", 1, 1, 1, -1, 0, 0, 0, 0, -1, 0, 1, 0, 1, 2, 3)
    mgh = mgh.ljust(284, b"\0") + struct.pack(">12h", *range(12)) + struct.pack(">4f", 2000, 0.1, 5, 6)
    put("MGH", "a.mgh", mgh)
    put("MGH", "a.mgz", packed(mgh))
    f = "FreeSurfer_surface"
    surface = b"\xff\xff\xfecreated by me\n\n" + struct.pack(">ii9f", 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0)
    put(f, "lh.white", surface + struct.pack(">3i", 0, 1, 2))
    put(f, "lh.curv", b"\xff\xff\xff" + struct.pack(">3i3f", 3, 1, 1, 1, 2, 3))
    name = b"medial\0"
    put(f, "lh.annot", struct.pack(">7i", 3, 0, 1025, 1, 1025, 2, 0) + struct.pack(">iii", 1, -2, 1) + struct.pack(">i", 4)
        + b"tab\0" + struct.pack(">iii", 1, 0, len(name)) + name + struct.pack(">4i", 1, 4, 0, 0))
    put(f, "lh.label", "#!ascii label , from subject x vox2ras=TkReg\n2\n0 1.0 2.0 3.0 0.5\n2 1.0 2.5 3.0 0.25\n")


def fields():
    def npy(text, body):
        text += "\n"
        return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + body
    a = npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2, 3), }", shorts(12))
    b = npy("{'descr': '>f8', 'fortran_order': True, 'shape': (4,), }", struct.pack(">4d", 1, 2, 3, 4))
    put("NumPy", "a.npy", a)
    put("NumPy", "b.npy", b)
    for name, how in (("a.npz", zipfile.ZIP_STORED), ("zipped.npz", zipfile.ZIP_DEFLATED)):
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", how) as archive:
            for part, content in (("a.npy", a), ("b.npy", b)):
                archive.writestr(zipfile.ZipInfo(part, (2020, 1, 1, 0, 0, 0)), content, how)
        put("NumPy_archive", name, memory.getvalue())

    def element(kind, body):
        return struct.pack("<II", kind, len(body)) + body + bytes(-len(body) % 8)
    matrix = element(14, element(6, struct.pack("<II", 6, 0)) + element(5, struct.pack("<ii", 2, 3)) + element(1, b"x")
                     + element(9, struct.pack("<6d", *range(6))))
    head = b"MATLAB 5.0 MAT-file, made for Discern".ljust(116) + bytes(8) + struct.pack("<H", 0x0100) + b"IM"
    put("MATLAB_5", "a.mat", head + matrix)
    put("MATLAB_5", "zipped.mat", head + element(15, zlib.compress(matrix))[:8 + len(zlib.compress(matrix))])
    put("raw_binary_with_a_description.parted", "a.json",
        b'{"type": "int16", "shape": [2, 2, 3], "order": "zyx", "endian": "little", "spacing": [1, 1, 2], "unit": "K",'
        b' "file": "a.raw"}\n=== a.raw\n' + shorts(12))
    array = '{"zarr_format": 2, "shape": [2, 2, 3], "chunks": [2, 2, 2], "dtype": "<i2", "order": "C", "filters": null,' \
            ' "fill_value": 0, "compressor": %s}\n'
    for name, how, pack in (("raw.zarr", "null", bytes), ("zlib.zarr", '{"id": "zlib", "level": 1}', zlib.compress),
                            ("gzip.zarr", '{"id": "gzip", "level": 1}', packed)):
        chunk = pack(shorts(8))
        put("Zarr.parted", name,
            b"=== .zarray\n" + (array % how).encode() + b"=== 0.0.0\n" + chunk + b"\n=== 0.0.1\n" + chunk)
    put("Zarr.parted", "third.zarr", b'=== zarr.json\n{"zarr_format": 3, "node_type": "array", "shape": [2, 4], "data_type":'
        b' "int16", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 2]}}, "chunk_key_encoding":'
        b' {"name": "default", "configuration": {"separator": "/"}}, "fill_value": 0, "codecs": [{"name": "bytes",'
        b' "configuration": {"endian": "little"}}], "dimension_names": ["y", "x"], "attributes": {}}\n=== c/0/0\n' + shorts(4)
        + b"\n=== c/0/1\n" + shorts(4))

    def name(text):
        return struct.pack(">I", len(text)) + text + bytes(-len(text) % 4)
    variables = [(b"x", [1], b"", 5, struct.pack(">3f", 0, 1, 2)), (b"v", [0, 1], b"K", 3, struct.pack(">6h", *range(6)))]
    begin, head = 0, b""
    for _ in range(2):  # the second time with the right places
        at = begin
        head = b"CDF\1" + struct.pack(">III", 0, 10, 2) + name(b"y") + struct.pack(">I", 2) + name(b"x")
        head += struct.pack(">I", 3) + struct.pack(">II", 0, 0) + struct.pack(">II", 11, len(variables))
        for label, axes, unit, kind, body in variables:
            size = len(body) + -len(body) % 4
            head += name(label) + struct.pack(">I%dI" % len(axes), len(axes), *axes)
            if unit:
                head += struct.pack(">II", 12, 1) + name(b"units") + struct.pack(">II", 2, len(unit)) + unit.ljust(4, b"\0")
            else:
                head += struct.pack(">II", 0, 0)
            head += struct.pack(">III", kind, size, at)
            at += size
        begin = len(head)
    put("NetCDF", "a.nc", head + b"".join(v[4] + bytes(-len(v[4]) % 4) for v in variables))


def grids():
    n = 4
    values = struct.pack("<%df" % (n * 3), *range(n * 3))
    head = "#std 4 2 2 1 1 1 0.5 3 0 1 XUP".ljust(132).encode() + struct.pack("<f", 6.54321) + struct.pack("<i", 1)
    put("Nek5000", "a0.f00001", head + values[:32] + values[:32] + values[:16])
    put("AMReX_plotfile.parted", "plt", b"=== Header\nHyperCLaw-V1.1\n1\nrho\n3\n0.25\n0\n0 0 0\n1 1 1\n\n((0,0,0) (1,1,1) "
        b"(0,0,0))\n3\n0.5 0.5 0.5\n0\n0\n0 1 0.25\n3\n0 1\n0 1\n0 1\nLevel_0/Cell\n=== Level_0/Cell_H\n1\n1\n1\n0\n(1 0\n"
        b"((0,0,0) (1,1,1) (0,0,0))\n)\n1\nFabOnDisk: Cell_D_00000 0\n\n1,1\n0,\n\n1,1\n7,\n\n=== Level_0/Cell_D_00000\n"
        b"FAB ((8, (64 11 52 0 1 12 0 1023)),(8, (8 7 6 5 4 3 2 1)))((0,0,0) (1,1,1) (0,0,0)) 1\n"
        + struct.pack("<8d", *range(8)))
    ply = "ply\nformat %s 1.0\ncomment made\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n" \
          "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    put("PLY", "a.ply", ply % "ascii" + "0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
    put("PLY", "binary.ply", (ply % "binary_little_endian").encode() + struct.pack("<9fB3i", 0, 0, 0, 1, 0, 0, 0, 1, 0, 3, 0, 1, 2))
    vtk = "# vtk DataFile Version 3.0\nmade\n%s\nDATASET %s\n%s\nPOINT_DATA %d\nSCALARS a float 1\nLOOKUP_TABLE default\n"
    put("VTK_legacy", "a.vtk", vtk % ("ASCII", "STRUCTURED_POINTS", "DIMENSIONS 2 2 1\nORIGIN 0 0 0\nSPACING 1 1 1", 4) + "1 2 3 4\n")
    put("VTK_legacy", "poly.vtk", vtk % ("ASCII", "POLYDATA", "POINTS 3 float\n0 0 0 1 0 0 0 1 0\nPOLYGONS 1 4\n3 0 1 2", 3) + "1 2 3\n")
    put("VTK_legacy", "binary.vtk", (vtk % ("BINARY", "STRUCTURED_POINTS", "DIMENSIONS 2 2 1\nORIGIN 0 0 0\nSPACING 1 1 1", 4)).encode()
        + struct.pack(">4f", 1, 2, 3, 4) + b"\n")
    vti = '<?xml version="1.0"?>\n<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt32">' \
          '<ImageData WholeExtent="0 1 0 1 0 0" Origin="0 0 0" Spacing="1 1 1"><Piece Extent="0 1 0 1 0 0"><PointData>' \
          '%s</PointData></Piece></ImageData>%s</VTKFile>\n'
    body = base64.b64encode(struct.pack("<I4f", 16, 1, 2, 3, 4)).decode()
    put("VTK_XML", "a.vti", vti % ('<DataArray type="Float32" Name="a" format="ascii">1 2 3 4</DataArray>', ""))
    put("VTK_XML", "inline.vti", vti % ('<DataArray type="Float32" Name="a" format="binary">' + body + "</DataArray>", ""))
    put("VTK_XML", "appended.vti", vti % ('<DataArray type="Float32" Name="a" format="appended" offset="0"/>',
                                          '<AppendedData encoding="base64">_' + body + "</AppendedData>"))


def images():
    def tiff(tags, tail, order="<"):
        body = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(tags))
        for tag, kind, value in tags:
            body += struct.pack(order + "HHII", tag, kind, 1, value)
        return body + struct.pack(order + "I", 0) + tail
    tags = [(256, 4, 4), (257, 4, 3), (258, 4, 8), (259, 4, 1), (262, 4, 1), (273, 4, 126 + 8), (278, 4, 3), (279, 4, 12)]
    put("TIFF", "a.tif", tiff(tags, bytes(40)))
    put("TIFF", "big.tif", tiff(tags, bytes(40), ">"))
    text = b'ImageJ=1.54\nimages=1\nchannels=1\nslices=1\nframes=1\nunit=um\nspacing=2.0\n\0'
    described = list(tags)
    described.insert(5, (270, 2, 0))
    at = 8 + 2 + 12 * len(described) + 4
    head = bytearray(tiff([(t, k, at + len(text) if t == 273 else v) for t, k, v in described], b""))
    place = head.index(struct.pack("<HH", 270, 2))
    struct.pack_into("<HHII", head, place, 270, 2, len(text), at)
    put("TIFF", "imagej.tif", bytes(head) + text + bytes(12))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    for name, depth, colour, rows in (("grey.png", 8, 0, bytes(10)), ("rgb.png", 8, 2, bytes(26)), ("sixteen.png", 16, 0, bytes(18))):
        put("PNG", name, b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 2, depth, colour, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def matter():
    put("CIF", "a.cif", "data_NaCl\n_cell_length_a 5.64\n_cell_length_b 5.64\n_cell_length_c 5.64(2)\n_cell_angle_alpha 90\n"
        "_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'F m -3 m'\nloop_\n"
        "_symmetry_equiv_pos_as_xyz\n'x, y, z'\n'-x, y+1/2, z'\nloop_\n_atom_site_label\n_atom_site_type_symbol\n"
        "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nNa1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5\n")
    put("XSF", "a.xsf", "CRYSTAL\nPRIMVEC\n1 0 0\n0 1 0\n0 0 1\nPRIMCOORD\n1 1\nO 0 0 0\nBEGIN_BLOCK_DATAGRID_3D\nmade\n"
        "BEGIN_DATAGRID_3D_a\n2 2 2\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n1 2 3 4 5 6 7 8\nEND_DATAGRID_3D\nEND_BLOCK_DATAGRID_3D\n")
    put("PDB", "a.pdb", "CRYST1   10.000   10.000   10.000  90.00  90.00  90.00 P 1           1\n"
        "ATOM      1  N   ALA A   1      11.104   6.134  -6.504  1.00  0.00           N\n"
        "ATOM      2  CA  ALA A   1      11.639   6.071  -5.147  1.00  0.00           C\nCONECT    1    2\nEND\n")
    put("Gaussian_cube", "a.cube", "made\nfor Discern\n    1    0.0 0.0 0.0\n    2    1.0 0.0 0.0\n    2    0.0 1.0 0.0\n"
        "    2    0.0 0.0 1.0\n    8    8.0 0.0 0.0 0.0\n 1.0E0 2.0E0\n 3.0E0 4.0E0\n 5.0E0 6.0E0\n 7.0E0 8.0E0\n")
    poscar = "Si2\n1.0\n3 0 0\n0 3 0\n0 0 3\nSi\n2\nDirect\n0 0 0\n0.25 0.25 0.25\n"
    put("VASP", "POSCAR", poscar)
    put("VASP", "CHGCAR", poscar + "\n2 2 2\n1 2 3 4 5\n6 7 8\naugmentation occupancies 1 2\n0.1 0.2\n")
    put("XYZ", "a.xyz", "2\nLattice=\"3 0 0 0 3 0 0 0 3\" Properties=species:S:1:pos:R:3:charge:R:1 Time=0.5\nO 0 0 0 1\nH 1 0 0 -1\n"
        "2\nsecond\nO 0 0 0 1\nH 1.5 0 0 -1\n")


def tables():
    put("Matrix_Market", "a.mtx", "%%MatrixMarket matrix coordinate real symmetric\n% made\n3 3 2\n1 1 0.5\n3 1 2e-3\n")
    put("Matrix_Market", "dense.mtx", "%%MatrixMarket matrix array integer general\n2 2\n1\n2\n3\n4\n")
    put("MCL_matrix", "a.mci", "(mclheader\nmcltype matrix\ndimensions 3x3\n)\n(mclmatrix\nbegin\n0 1:0.5 2:1 $\n1 0:0.5 $\n2 0 $\n)\n")
    put("GraphML", "a.graphml", '<?xml version="1.0"?><graphml><key id="w" for="edge" attr.name="weight" attr.type="double">'
        '<default>1</default></key><key id="n" for="node" attr.name="name" attr.type="string"/><graph edgedefault="directed">'
        '<node id="a"><data key="n">one</data></node><node id="b"/><edge source="a" target="b"><data key="w">2</data></edge>'
        '</graph></graphml>\n')
    put("VOTable", "a.xml", '<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE '
        'name="t"><FIELD name="ra" datatype="double" unit="deg"/><FIELD name="id" datatype="char" arraysize="*"/><DATA><TABLEDATA>'
        '<TR><TD>1.5</TD><TD>a</TD></TR><TR><TD/><TD>b</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>\n')
    row = "20200512, 0000, L, HU, 28.0N,  94.8W,  80, 1005,   40,   40,   40,   40,    0,    0,    0,    0,    0,    0,    0,    0,\n"
    put("HURDAT2", "a.txt", "AL012020,             ARTHUR,      2,\n" + row + row)
    put("GFA", "a.gfa", "H\tVN:Z:1.0\nS\t1\tACGT\tKC:i:8\nS\t2\t*\tLN:i:5\nL\t1\t+\t2\t-\t2M\nP\tp\t1+,2-\t2M\n")
    put("FASTG", "a.fastg", ">EDGE_1_length_4_cov_2.5:EDGE_2_length_4_cov_1';\nACGT\n>EDGE_2_length_4_cov_1;\nACGA\n")
    put("FASTA", "a.fa", ">one made\nACGT\nAC\n>two\nGGTT\n")
    put("FASTA", "a.fq", "@one\nACGT\n+\nIIII\n@two\nGG\n+\nII\n")
    put("Velvet_LastGraph", "LastGraph", "2\t4\t21\t1\nNODE\t1\t4\t8\t8\t0\t0\nACGT\nACGT\nNODE\t2\t3\t3\t3\t0\t0\nACG\nCGT\nARC\t1\t-2\t3\n")
    put("causal_graph", "a.txt", "Graph Nodes:\na;b;c\n\nGraph Edges:\n1. a --> b\n2. b <-> c\n3. a o-o c\n")
    put("OrthoFinder", "Orthogroups.txt", "OG0000000: a1 b1 b2\nOG0000001: a2\n")
    put("BLAST_hits", "a.m8", "a\tb\t98.5\t100\t1\t0\t1\t100\t5\t104\t1e-50\t200.5\n" * 2)
    put("ABC_edge_list", "a.abc", "one\ttwo\t0.5\ntwo\tthree\t1e-3\n")
    sac = bytearray(struct.pack("<70f", *([-12345.0] * 70)) + struct.pack("<40i", *([-12345] * 40)) + b"-12345  " * 24)
    struct.pack_into("<f", sac, 0, 0.01)
    struct.pack_into("<ff", sac, 20, 0, 0.05)
    for word, value in ((76, 6), (79, 6), (85, 1), (105, 1), (106, 1), (107, 1), (108, 1), (109, 0), (70, 2020), (71, 100), (72, 1),
                        (73, 2), (74, 3), (75, 4)):
        struct.pack_into("<i", sac, 4 * word, value)
    put("SAC", "a.sac", bytes(sac) + struct.pack("<6f", *range(6)))
    put("COMTRADE", "a.cff", "--- file type: CFG ---\nstation,1,1999\n2,1A,1D\n1,I,a,,A,0.5,0,0,-99,99,1,1,P\n1,D,,,0\n50\n1\n1000,2\n"
        "12/01/2011,05:55:30.075011\n12/01/2011,05:55:30.078261\nASCII\n1\n--- file type: DAT ASCII ---\n1,0,5,1\n2,1000,-7,0\n")
    table = "name,x,when,note\na,1.5,2020-01-02,\"quoted, and\"\"\"\nb,-2e3,2021-02-03T04:05:06Z,\nc,NA,2022-03-04,é\n"
    put("CSV", "a.csv", table)
    put("CSV", "b.tsv", "x\ty\n1\t2\n3\t4\n5\t\n")
    put("CSV", "c.txt", "# made\n# x [m]  y [s]\n 1.0   2.0\n 3.0   4.0\n")
    put("CSV", "a.csv.gz", packed(table.encode()))


def records():
    """Of the files that the tests of these readers are made with."""
    maker = os.path.join(here, "../../../io/records/make_files.py")
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(["/usr/bin/python3", maker, made], check=True)
        for folder, names in (("R_data", ("plain.rda", "gzip.rda", "sequence.rds", "graph.rds")),
                              ("JSON", ("rows.json", "columns.json", "windows.json", "alert.json")),
                              ("Avro", ("three.avro", "packed.avro", "alert.avro")), ("fast_food", ("mock.rdcz.ff",)),
                              ("label_table", ("atlas.xml",))):
            for name in names:
                with open(os.path.join(made, name), "rb") as file:
                    put(folder, name, file.read())


for make in (brain, fields, grids, images, matter, tables, records):
    make()
total = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(here) for name in names)
print("%d bytes in %s" % (total, here))
