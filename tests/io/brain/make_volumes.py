"""Volumes with a placement: NIfTI in six orientations, and the formats that others write."""
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


def make(c):
    make_orientations(c)
