"""Makes files of the brain's formats and catalog.json, which says what a reader must find in each.

    make_brain_files.py FOLDER [SHARED_DATA]
"""
import os
import sys

if len(sys.argv) > 2:
    os.environ["DISCERN_SHARED"] = sys.argv[2]
import catalog  # noqa: E402  (reads the environment)
import make_dicom  # noqa: E402
import make_surfaces  # noqa: E402
import make_volumes  # noqa: E402

files = catalog.Catalog(sys.argv[1])
for maker in (make_surfaces, make_volumes, make_dicom):
    maker.make(files)
files.write()
