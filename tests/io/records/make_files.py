#!/usr/bin/python3
"""make_files.py FOLDER: small files of records, of R, of archives and of geographic features, with values that the test
knows. Python's own modules alone; written from the formats' descriptions."""
import base64
import bz2
import gzip
import io
import json
import lzma
import os
import sqlite3
import struct
import sys
import tarfile
import zipfile
import zlib

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name)


def put(name, content):
    with open(path(name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


# R: values in XDR (R Internals, 1.8).
NA_REAL = struct.pack(">Q", 0x7FF00000000007A2)
flag = lambda kind, attributes=False, tag=False: struct.pack(">i", kind | 512 * attributes | 1024 * tag)
nil = struct.pack(">i", 254)


def letters(text):
    return flag(9) + (struct.pack(">i", -1) if text is None else struct.pack(">i", len(text.encode())) + text.encode())


def symbol(name):
    return flag(1) + letters(name)


def pairs(entries):
    return b"".join(flag(2, tag=True) + symbol(name) + value for name, value in entries) + nil


def vector(kind, body, count, attributes=()):
    tail = pairs(attributes) if attributes else b""
    return flag(kind, attributes=bool(attributes)) + struct.pack(">i", count) + body + tail


def reals(values, attributes=()):
    return vector(14, b"".join(NA_REAL if v is None else struct.pack(">d", v) for v in values), len(values), attributes)


def wholes(values, attributes=(), kind=13):
    return vector(kind, b"".join(struct.pack(">i", -2**31 if v is None else v) for v in values), len(values), attributes)


def texts(values, attributes=()):
    return vector(16, b"".join(letters(v) for v in values), len(values), attributes)


def items(values, attributes=()):
    return vector(19, b"".join(values), len(values), attributes)


def r_frame():
    columns = [
        ("mass", reals([1.5, None, 3.25])),
        ("count", wholes([7, None, -9])),
        ("good", wholes([1, 0, None], kind=10)),
        ("kind", wholes([2, 1, None], [("levels", texts(["ash", "oak"])), ("class", texts(["factor"]))])),
        ("note", texts(["a", None, "\u00e9"])),
        ("day", reals([0.0, 1.0, 365.0], [("class", texts(["Date"]))])),
        ("at", reals([10.0, 20.0, 30.5], [("class", texts(["POSIXct", "POSIXt"]))])),
        ("spectrum", reals([1, 2, 3, 10, 20, 30], [("dim", wholes([3, 2])),
                                                   ("dimnames", items([nil, texts(["900", "910"])]))])),
    ]
    names = texts([name for name, _ in columns])
    return items([value for _, value in columns],
                 [("names", names), ("row.names", texts(["x1", "x2", "x3"])), ("class", texts(["data.frame"]))])


def r():
    head = b"X\n" + struct.pack(">iii", 2, 0x40000, 0x20300)
    head3 = b"X\n" + struct.pack(">iii", 3, 0x40000, 0x30500) + struct.pack(">i", 5) + b"UTF-8"
    matrix = reals([1, 2, 3, 4, 5, 6], [("dim", wholes([2, 3]))])  # two rows, three columns
    altrep = (flag(238) + pairs([("", symbol("compact_intseq"))]) .replace(flag(2, tag=True) + symbol(""), flag(2))
              + reals([4.0, 11.0, 1.0]) + nil)
    code = flag(6) + symbol("f") + nil  # a call: no data
    graph = items([reals([3]), wholes([0], kind=10), reals([0, 1]), reals([1, 2]), nil, nil, nil, nil,
                   items([nil, nil, items([texts(["a", "b", "c"]), reals([1, 2, 3])], [("names", texts(["name", "size"]))]),
                          items([reals([0.5, 0.25])], [("names", texts(["weight"]))])])], [("class", texts(["igraph"]))])
    workspace = b"RDX2\n" + head + pairs([("trees", r_frame()), ("m", matrix), ("one", reals([42.5])), ("call", code),
                                          ("inner", items([reals([1, 2]), texts(["p", "q"])],
                                                          [("names", texts(["a", "b"]))]))])
    put("plain.rda", workspace)
    put("gzip.rda", gzip.compress(workspace, mtime=0))
    put("bzip2.RData", bz2.compress(workspace))
    put("xz.rda", lzma.compress(workspace))
    put("sequence.rds", head3 + altrep)
    put("graph.rds", head3 + graph)
    put("long.rds", head + vector(14, b"", 2**30))
    put("deep.rds", head + flag(19) + struct.pack(">i", 1) * 1 + (flag(19) + struct.pack(">i", 1)) * 5000 + nil)
    put("function.rds", head + code)
    put("ascii.rds", "A\n2\n262144\n131840\n14\n1\n2\n")


def fits():
    cards = ["SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2",
             "NAXIS1  =                    3", "NAXIS2  =                    2", "END"]
    head = "".join(card.ljust(80) for card in cards).ljust(2880).encode()
    return head + struct.pack(">6f", *range(6)).ljust(2880, b"\0")


def records():
    put("rows.json", json.dumps([{"id": 1, "at": "2020-01-01T00:00:10Z", "where": {"x": 1.5, "tags": [1, 2]}},
                                 {"id": 2, "at": "1970-01-01", "where": {"x": None}, "big": True}]))
    put("columns.json", json.dumps({"a": [1, 2, 3], "b": ["u", "v", None]}))
    put("windows.json", json.dumps({"one.csv": [["1970-01-01 00:00:01", "1970-01-01 00:00:02"]], "two.csv": [],
                                    "three.csv": [["1970-01-01 00:00:03", "1970-01-01 00:00:04"]] * 2}))
    put("numbered.json", json.dumps({"8": [1, 0, 0], "26": [0, 1, 0]}))
    put("alert.json", json.dumps({"name": "n", "inner": {"magnitude": 18.5}, "history": [{"m": 1}, {"m": 2}],
                                  "stamp": {"$binary": base64.b64encode(gzip.compress(fits(), mtime=0)).decode()}}))
    put("broken.json", '{"a": [1, 2,\n "b": 3}')
    put("nothing.json", "{}")
    put("deep.json", "[" * 100000)


def zigzag(value):
    value = (value << 1) ^ (value >> 63)
    out = b""
    while True:
        low = value & 0x7F
        value >>= 7
        out += bytes([low | (0x80 if value else 0)])
        if not value:
            return out


def a_text(text):
    content = text if isinstance(text, bytes) else text.encode()
    return zigzag(len(content)) + content


def avro():
    schema = {"type": "record", "name": "alert", "fields": [
        {"name": "id", "type": "long"}, {"name": "rb", "type": ["null", "float"]}, {"name": "ok", "type": "boolean"},
        {"name": "band", "type": {"type": "enum", "name": "band", "symbols": ["g", "r"]}},
        {"name": "place", "type": {"type": "record", "name": "place", "fields": [{"name": "ra", "type": "double"}]}},
        {"name": "other", "type": ["null", "place"]},
        {"name": "list", "type": {"type": "array", "items": "int"}}, {"name": "stamp", "type": ["null", "bytes"]}]}

    def row(number, stamp):
        body = zigzag(number) + zigzag(1) + struct.pack("<f", 0.5 * number) + b"\1" + zigzag(number % 2)
        body += struct.pack("<d", 180.0 + number) + zigzag(1) + struct.pack("<d", 7.0)
        body += zigzag(2) + zigzag(3) + zigzag(-4) + zigzag(0)
        return body + (zigzag(1) + a_text(stamp) if stamp else zigzag(0))

    def container(blocks, codec="null"):
        meta = {"avro.schema": json.dumps(schema), "avro.codec": codec}
        out = b"Obj\1" + zigzag(len(meta)) + b"".join(a_text(k) + a_text(v) for k, v in meta.items()) + zigzag(0)
        sync = bytes(range(16))
        out += sync
        for rows in blocks:
            body = b"".join(rows)
            if codec == "deflate":
                packer = zlib.compressobj(9, zlib.DEFLATED, -15)
                body = packer.compress(body) + packer.flush()
            out += zigzag(len(rows)) + zigzag(len(body)) + body + sync
        return out

    put("three.avro", container([[row(1, None), row(2, None)], [row(3, None)]]))
    put("packed.avro", container([[row(1, None), row(2, None), row(3, None)]], "deflate"))
    put("alert.avro", container([[row(1, gzip.compress(fits(), mtime=0))]]))
    put("other.avro", container([], "zstandard"))


def fast_food():
    def record(body):
        return struct.pack("<i", len(body)) + body + struct.pack("<i", len(body))
    whole = record(struct.pack("<5i", 0, 3, 0, 0, 0)) + record(bytes(36)) + record(struct.pack("<f", 0.0))
    for column in ([10.0, 20.0, 30.0], [-1.0, -2.0, -3.0], [100.0, 200.0, 300.5]):
        whole += record(struct.pack("<3d", *column))
    put("mock.rdcz.ff", whole)


def zipped(name, members, **more):
    with zipfile.ZipFile(path(name), "w", zipfile.ZIP_DEFLATED, **more) as file:
        for member, content in members:
            file.writestr(member, content)


def archives():
    table = "a,b\n1,2\n3,4\n"
    zipped("one.zip", [("only/table.csv", table)])
    zipped("several.zip", [("top/one.csv", table), ("top/deep/two.csv", table.replace("1", "9")),
                           ("top/notes.xyz", "\0\1\2")])
    zipped("outside.zip", [("../../evil.csv", table), ("/tmp/discern_evil.csv", table), ("good.csv", table)])
    zipped("bomb.zip", [("zeros.csv", b"0" * 50_000_000)])
    zipped("prose.zip", [("a.xyz", "\0\1\2"), ("b.xyz", "\0\1\2")])
    zipped("none.zip", [])
    with tarfile.open(path("several.tar.xz"), "w:xz") as file:
        for member in ("one.csv", "two.csv"):
            entry = tarfile.TarInfo(member)
            entry.size = len(table)
            file.addfile(entry, io.BytesIO(table.encode()))
        link = tarfile.TarInfo("link.csv")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        file.addfile(link)


def vectors():
    def blob(wkb):
        return b"GP\0\1" + struct.pack("<i", 32633) + wkb

    def ring(points):
        return struct.pack("<I", len(points)) + b"".join(struct.pack("<2d", *p) for p in points)

    # An L with a square hole in its foot: area 3 - 0.25.
    outer = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 0)]
    hole = [(1.25, 0.25), (1.25, 0.75), (1.75, 0.75), (1.75, 0.25), (1.25, 0.25)]
    shape = struct.pack("<BII", 1, 3, 2) + ring(outer) + ring(hole)
    square = struct.pack("<BII", 1, 3, 1) + ring([(5, 5), (6, 5), (6, 6), (5, 6), (5, 5)])
    name = path("land.gpkg")
    base = sqlite3.connect(name)
    base.executescript("""
        PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
          organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('none', -1, 'NONE', -1, 'undefined', ''), ('none', 0, 'NONE', 0, 'undefined', '');
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT, description TEXT,
          last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        INSERT INTO gpkg_contents VALUES ('land', 'features', 'land', '', '2020-01-01T00:00:00Z', 0, 0, 6, 6, 0);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
          z TINYINT, m TINYINT, PRIMARY KEY (table_name, column_name));
        INSERT INTO gpkg_geometry_columns VALUES ('land', 'geom', 'POLYGON', 0, 0, 0);
        CREATE TABLE land (fid INTEGER PRIMARY KEY, geom POLYGON, cover TEXT, yield REAL);
    """)
    base.execute("INSERT INTO land VALUES (1, ?, 'wood', 2.5)", (blob(shape),))
    base.execute("INSERT INTO land VALUES (2, ?, 'field', NULL)", (blob(square),))
    base.commit()
    base.close()


def labels():
    put("atlas.xml", '<?xml version="1.0"?><atlas><header><type>Label</type></header><data>'
        "<label><index>3</index><name>Left</name></label><label><index>5</index><name>Right</name></label></data></atlas>")
    put("colours.lut", bytes(range(256)) + bytes(256) + bytes([255] * 256))
    put("values.raw", bytes(range(8)))
    put("volume.mhd", "ObjectType = Image\nNDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = values.raw\n")
    os.mkdir(path("box"))
    put("box/one.csv", "a,b\n1,2\n")
    put("box/two.csv", "a,b\n3,4\n")


r()
records()
avro()
fast_food()
archives()
vectors()
labels()
