"""The seeded watershed chain with SciPy and scikit-image, timed step by step, for bench_watershed.

usage: peer.py FOLDER EDGE SIGMA MINIMUM_DISTANCE REPEAT
Reads FOLDER/image.f32, writes FOLDER/labels.i32 and prints one line "name seconds" for each step of each round.
"""
import os
import sys
import time

import numpy as np
import scipy.ndimage as ndi
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed

folder, edge, sigma, distance_between = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
image = np.fromfile(os.path.join(folder, "image.f32"), np.float32).reshape(edge, edge, edge)


def timed(name, function):
    start = time.perf_counter()
    result = function()
    print(name, time.perf_counter() - start, flush=True)
    return result


for _ in range(int(sys.argv[5])):
    smooth = timed("smoothing", lambda: ndi.gaussian_filter(image, sigma))
    threshold = timed("threshold", lambda: threshold_otsu(smooth))
    mask = smooth > threshold
    distance = timed("distance", lambda: ndi.distance_transform_edt(mask))
    peaks = timed("markers", lambda: peak_local_max(distance, min_distance=distance_between,
                                                    labels=mask.astype(np.int32), exclude_border=False))
    markers = np.zeros(mask.shape, np.int32)
    markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    labels = timed("watershed", lambda: watershed(-distance, markers, mask=mask))
print("found", len(peaks))
labels.astype(np.int32).tofile(os.path.join(folder, "labels.i32"))
