"""Three slices of a raw volume as ParaView draws them, for bench_size.

usage: pvpython paraview_picture.py FILE NX NY NZ PICTURE   (float32, little-endian, a header before the values or none)
"""
import sys

# ParaView's own modules, not those of python3-vtk9, which are of another version.
sys.path[:] = [folder for folder in sys.path if not folder.startswith("//")]
from paraview.simple import ColorBy, CreateView, ImageReader, Render, ResetCamera, SaveScreenshot, Show, Slice

path, picture = sys.argv[1], sys.argv[5]
high = [int(text) - 1 for text in sys.argv[2:5]]
reader = ImageReader(FileNames=[path])
reader.DataScalarType = "float"
reader.DataByteOrder = "LittleEndian"
reader.FileDimensionality = 3
reader.DataExtent = [0, high[0], 0, high[1], 0, high[2]]
view = CreateView("RenderView")
view.ViewSize = [900, 600]
for axis in range(3):
    plane = Slice(Input=reader)
    plane.SliceType.Origin = [side / 2 for side in high]
    plane.SliceType.Normal = [float(axis == other) for other in range(3)]
    ColorBy(Show(plane, view), ("POINTS", "ImageFile"))
ResetCamera(view)
Render(view)
SaveScreenshot(picture, view)
