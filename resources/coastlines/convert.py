#!/usr/bin/env python3
"""Decodes the land outlines of npm's world-atlas (TopoJSON) into the line files beside this script.

usage: convert.py PACKAGE_FOLDER          (npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz)
"""
import json
import pathlib
import sys

STEP = 0.01  # degrees: the unit of the whole numbers written


def points(topology, arc):
    """An arc's delta-coded points in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    for dx, dy in arc:
        x += dx
        y += dy
        yield x * sx + tx, y * sy + ty


def artificial(a, b):
    """Edges that close a polygon along the edge of the map, which are no coast."""
    return (abs(a[0]) > 179.98 and abs(b[0]) > 179.98) or (a[1] < -89.9 and b[1] < -89.9)


def lines(topology):
    for arc in topology["arcs"]:
        line = []
        for point in points(topology, arc):
            if line and (artificial(line[-1], point) or abs(line[-1][0] - point[0]) > 180):  # the latter: a step over the dateline
                if len(line) > 1:
                    yield line
                line = []
            line.append(point)
        if len(line) > 1:
            yield line


def coded(line):
    """First point, then differences, in whole steps; repeated points dropped."""
    flat, last = [], None
    for lon, lat in line:
        here = (round(lon / STEP), round(lat / STEP))
        if here == last:
            continue
        flat += here if last is None else (here[0] - last[0], here[1] - last[1])
        last = here
    return flat


def main():
    package = pathlib.Path(sys.argv[1])
    for scale in ("110m", "50m"):
        topology = json.loads((package / f"land-{scale}.json").read_text())
        rows = [row for row in map(coded, lines(topology)) if len(row) > 2]
        head = {"source": f"Natural Earth 4.1 land, 1:{scale}", "licence": "public domain", "step": STEP}
        text = json.dumps(head)[:-1] + ', "lines": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]}\n"
        (pathlib.Path(__file__).parent / f"coastlines-{scale}.json").write_text(text)
        print(scale, len(rows), "lines", sum(len(row) // 2 for row in rows), "points", len(text), "bytes")


if __name__ == "__main__":
    main()
