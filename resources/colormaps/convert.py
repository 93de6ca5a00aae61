#!/usr/bin/env python3
"""Makes the colour maps of this folder that come from others: convert.py GMT_CPT_FOLDER

GMT_CPT_FOLDER is share/gmt/cpt of GMT 6.4 (Debian: gmt-common), which carries Fabio Crameri's scientific colour maps and
cmocean as tables of 256 colours. twilight is taken from matplotlib (python3-matplotlib)."""
import json
import pathlib
import sys

here = pathlib.Path(__file__).parent
crameri = "Fabio Crameri, Scientific colour maps 7.0.1, doi:10.5281/zenodo.5501399, as in GMT 6.4"
cmocean = "Thyng, Greene, Hetland, Zimmerle and DiMarco 2016, cmocean, doi:10.5670/oceanog.2016.66, as in GMT 6.4"

MAPS = {  # folder of GMT, name there, kind, title
    "SCM": {
        "sequential": "batlow lapaz oslo davos bamako lajolla tokyo acton devon",
        "diverging": "vik broc cork roma berlin bam",
        "cyclic": "romaO vikO bamO",
    },
    "cmocean": {"sequential": "thermal haline", "diverging": "balance"},
}


def write(name, title, kind, source, licence, colours):
    rows = [", ".join(f'"{c}"' for c in colours[i:i + 8]) for i in range(0, len(colours), 8)]
    (here / f"{name}.json").write_text(
        "{\n" + "".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)},\n" for k, v in
                        [("name", name), ("title", title), ("kind", kind), ("source", source), ("licence", licence)])
        + '  "colors": [\n    ' + ",\n    ".join(rows) + "\n  ]\n}\n")


def table(cpt):
    """The colours of a CPT file: the left one of each row, and the right one of the last."""
    rows = [line.split() for line in cpt.read_text().splitlines() if line[:1].isdigit() or line[:1] == "-"]
    triples = [row[1] for row in rows] + [rows[-1][3]]
    return ["#%02x%02x%02x" % tuple(int(part) for part in triple.split("/")) for triple in triples]


def main():
    for family, kinds in MAPS.items():
        folder = next(pathlib.Path(sys.argv[1]).rglob(family))
        for kind, names in kinds.items():
            for name in names.split():
                colours = table(next(folder.rglob(f"{name}.cpt")))
                title = name[0].upper() + name[1:]
                write(name.lower(), title.replace("O", " O") if kind == "cyclic" and title.endswith("O") else title, kind,
                      crameri if family == "SCM" else cmocean, "MIT", colours)
    from matplotlib import cm
    twilight = ["#%02x%02x%02x" % tuple(round(255 * part) for part in cm.get_cmap("twilight")(i)[:3]) for i in range(0, 510, 2)]
    write("twilight", "Twilight", "cyclic", "Bastian Bechtold, matplotlib 3.0", "CC0-1.0", twilight + twilight[:1])


main()
