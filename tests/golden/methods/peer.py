"""What SciPy, scikit-image and scikit-learn say about the arrays that a test hands over.

usage: peer.py FOLDER            reads FOLDER/job.json and FOLDER/NAME.raw, writes FOLDER/answer.json and FOLDER/NAME.raw
       peer.py --golden FILE     writes the golden arrays of tests/golden/methods/golden.json
Arrays are C order, last axis x. A job is {"command": ..., "arrays": {name: [dtype, [nz, ny, nx]]}, parameters...}.
"""
import json
import os
import sys

import numpy as np
import scipy.ndimage as ndi


def squeezed(volume):
    """A plane as two axes, which is what the peers take for a plane."""
    return volume[0] if volume.shape[0] == 1 else volume


def structure(volume, corners):
    return ndi.generate_binary_structure(volume.ndim, volume.ndim if corners else 1)


def gaussian(arrays, job):
    return {}, {"out": ndi.gaussian_filter(arrays["image"], job["sigma"][::-1])}


def otsu(arrays, job):
    from skimage.filters import threshold_otsu

    return {"threshold": float(threshold_otsu(arrays["image"]))}, {}


def distance(arrays, job):
    return {}, {"out": ndi.distance_transform_edt(arrays["mask"], sampling=job["spacing"][::-1])}


def label(arrays, job):
    labels, count = ndi.label(arrays["mask"], structure(arrays["mask"], job["corners"]))
    return {"count": count}, {"out": labels.astype(np.int32)}


def maximum(arrays, job):
    size = [2 * r + 1 for r in job["radius"][::-1]]
    return {}, {"out": ndi.maximum_filter(arrays["image"], size=size, mode="constant", cval=-np.inf)}


def peaks(arrays, job):
    from skimage.feature import peak_local_max

    found = peak_local_max(squeezed(arrays["values"]), min_distance=job["distance"], exclude_border=False,
                           labels=squeezed(arrays["mask"]).astype(np.int32))
    flat = np.ravel_multi_index(tuple(found.T), squeezed(arrays["values"]).shape)
    return {"peaks": sorted(int(i) for i in flat)}, {}


def watershed(arrays, job):
    from skimage.segmentation import watershed as flood

    values = squeezed(arrays["values"])
    labels = flood(values, squeezed(arrays["markers"]), connectivity=structure(values, job["corners"]),
                   mask=squeezed(arrays["mask"]).astype(bool))
    return {}, {"out": labels.astype(np.int32)}


def chain(arrays, job):
    from skimage.feature import peak_local_max
    from skimage.filters import threshold_otsu
    from skimage.segmentation import watershed as flood

    smooth = ndi.gaussian_filter(squeezed(arrays["image"]), job["sigma"])
    threshold = threshold_otsu(smooth)
    mask = smooth > threshold
    depth = ndi.distance_transform_edt(mask)
    found = peak_local_max(depth, min_distance=job["distance"], exclude_border=False, labels=mask.astype(np.int32))
    markers = np.zeros(mask.shape, np.int32)
    markers[tuple(found.T)] = np.arange(1, len(found) + 1)
    labels = flood(-depth, markers, mask=mask)
    return {"threshold": float(threshold), "markers": len(found)}, {"out": labels.astype(np.int32)}


def matching(truth, prediction, threshold):
    """Instance matching as StarDist's `matching` defines it (same costs, scipy's assignment)."""
    from scipy.optimize import linear_sum_assignment
    from skimage.metrics import contingency_table

    true_labels, true_flat = np.unique(truth, return_inverse=True)
    predicted_labels, predicted_flat = np.unique(prediction, return_inverse=True)
    table = np.asarray(contingency_table(true_flat.ravel(), predicted_flat.ravel()).todense())
    union = table.sum(1, keepdims=True) + table.sum(0, keepdims=True) - table
    iou = (table / union)[true_labels > 0][:, predicted_labels > 0]
    n_true, n_predicted = iou.shape
    matched = np.zeros(0)
    if min(iou.shape) > 0:
        costs = -(iou >= threshold).astype(float) - iou / (2 * min(iou.shape))
        pairs = linear_sum_assignment(costs)
        matched = iou[pairs][iou[pairs] >= threshold]
    tp = len(matched)
    fp, fn = n_predicted - tp, n_true - tp
    return {
        "tp": tp, "fp": fp, "fn": fn,
        "matchPrecision": tp / n_predicted, "matchRecall": tp / n_true, "f1": 2 * tp / (2 * tp + fp + fn),
        "meanMatchedIou": float(matched.mean()) if tp else 0.0,
        "panopticQuality": float(matched.sum()) / (tp + fp / 2 + fn / 2),
    }


def evaluate(arrays, job):
    from skimage.metrics import variation_of_information
    from sklearn import metrics

    truth, prediction = arrays["truth"].ravel(), arrays["prediction"].ravel()
    t, p = truth > 0, prediction > 0
    answer = {
        "dice": metrics.f1_score(t, p), "iou": metrics.jaccard_score(t, p),
        "precision": metrics.precision_score(t, p), "recall": metrics.recall_score(t, p),
        "adjustedRandIndex": metrics.adjusted_rand_score(truth, prediction),
        "normalizedMutualInformation": metrics.normalized_mutual_info_score(truth, prediction),
        "adjustedRandIndexForeground": metrics.adjusted_rand_score(truth[t], prediction[t]),
    }
    if "measure" in arrays:
        w = arrays["measure"].ravel()
        answer["weightedDice"] = metrics.f1_score(t, p, sample_weight=w)
        answer["weightedIou"] = metrics.jaccard_score(t, p, sample_weight=w)
    split, merged = variation_of_information(truth, prediction)
    answer.update(split=split, merged=merged)
    answer.update(matching(truth, prediction, job.get("threshold", 0.5)))
    return {name: float(value) for name, value in answer.items()}, {}


def linkage(arrays, job):
    from scipy.cluster import hierarchy

    distances = arrays["distances"].ravel()
    merges = hierarchy.linkage(distances, job["method"])
    best = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(merges, distances))
    return {}, {"merges": merges, "order": best.astype(np.int32)}


def spectrogram(arrays, job):
    from scipy import signal

    values, rate, segment = arrays["values"].ravel(), job["rate"], job["segment"]
    frequencies, times, density = signal.spectrogram(values, rate, "hann", segment, segment // 2)
    _, mean = signal.welch(values, rate, "hann", segment, segment // 2)
    return {}, {"frequencies": frequencies, "times": times, "density": density.T.copy(), "mean": mean}


def kmeans(arrays, job):
    from sklearn.cluster import KMeans

    points, centers = arrays["points"][0], arrays["centers"][0]
    fit = KMeans(len(centers), init=centers, n_init=1, algorithm="lloyd", tol=job["tolerance"]).fit(points)
    return {"inertia": float(fit.inertia_)}, {"labels": fit.labels_.astype(np.int32), "centers": fit.cluster_centers_}


def dbscan(arrays, job):
    from sklearn.cluster import DBSCAN

    fit = DBSCAN(eps=job["radius"], min_samples=job["least"]).fit(arrays["points"][0])
    return {}, {"labels": fit.labels_.astype(np.int32)}


def mixture(arrays, job):
    from sklearn.mixture import GaussianMixture

    points, means, covariances = arrays["points"][0], arrays["means"][0], arrays["covariances"]
    fit = GaussianMixture(len(means), weights_init=arrays["weights"].ravel(), means_init=means,
                          precisions_init=np.linalg.inv(covariances)).fit(points)
    return ({"bic": float(fit.bic(points)), "score": float(fit.score(points)), "iterations": int(fit.n_iter_)},
            {"labels": fit.predict(points).astype(np.int32), "weights": fit.weights_, "means": fit.means_,
             "covariances": fit.covariances_})


def demo(arrays, job):
    import tifffile

    image = tifffile.imread(os.path.join(job["demo"], "nuclei.tif")).astype(np.float32)
    truth = tifffile.imread(os.path.join(job["demo"], "nuclei_truth.tif")).astype(np.int32)
    return {"shape": list(image.shape[::-1])}, {"image": image, "truth": truth}


def available(arrays, job):
    import skimage
    import sklearn
    import tifffile  # noqa: F401

    return {"versions": f"scikit-image {skimage.__version__}, scikit-learn {sklearn.__version__}"}, {}


COMMANDS = {f.__name__: f for f in (gaussian, otsu, distance, label, maximum, peaks, watershed, chain, evaluate, kmeans, dbscan, mixture, linkage, spectrogram,
                                    demo,
                                    available)}


def golden(path):
    random = np.random.default_rng(20240229)

    def case(command, arrays, **job):
        answer, out = COMMANDS[command](arrays, job)
        return {"command": command, "shape": list(next(iter(arrays.values())).shape[::-1]), **job, **answer,
                "arrays": {k: v.ravel().tolist() for k, v in arrays.items()},
                "out": [float(f"{v:.9g}") for v in out["out"].ravel()] if "out" in out else []}

    image = np.round(random.random((5, 6, 7)) * 100).astype(np.float32)
    mask = (random.random((5, 6, 7)) < 0.8).astype(np.uint8)
    heights = random.permutation(6 * 7 * 8).reshape(6, 7, 8).astype(np.float32)
    markers = np.where(random.random(heights.shape) < 0.02, 1, 0).astype(np.int32)
    markers[markers > 0] = np.arange(1, markers.sum() + 1)
    inside = (random.random(heights.shape) < 0.7).astype(np.uint8)
    truth = np.kron(np.arange(1, 13).reshape(2, 2, 3), np.ones((3, 4, 4), np.int32)).astype(np.int32)
    truth[:, :, 3::4] = 0
    prediction = np.where(truth > 0, truth * 7, 0)
    prediction[:, 1:][random.random((6, 7, 12)) < 0.1] = 0
    prediction[:3] = np.roll(prediction[:3], 1, 2)
    prediction[prediction == 77] = 84  # two merged
    prediction[prediction == 70] = 0  # one missed
    import scipy
    import skimage
    import sklearn
    cases = [
        case("gaussian", {"image": image}, sigma=[1.2, 0.7, 2.0]),
        case("otsu", {"image": image}),
        case("distance", {"mask": mask}, spacing=[1.0, 1.5, 0.5]),
        case("watershed", {"values": heights, "markers": markers, "mask": inside}, corners=False),
        case("watershed", {"values": heights, "markers": markers, "mask": inside}, corners=True),
        case("evaluate", {"truth": truth, "prediction": prediction.astype(np.int32)}, threshold=0.5),
    ]
    with open(path, "w") as out:
        json.dump({"madeBy": f"tests/golden/methods/peer.py --golden with SciPy {scipy.__version__}, scikit-image "
                             f"{skimage.__version__}, scikit-learn {sklearn.__version__}", "cases": cases}, out)
        out.write("\n")


def main():
    if sys.argv[1] == "--golden":
        return golden(sys.argv[2])
    folder = sys.argv[1]
    with open(os.path.join(folder, "job.json")) as text:
        job = json.load(text)
    arrays = {name: np.fromfile(os.path.join(folder, name + ".raw"), dtype).reshape(shape)
              for name, (dtype, shape) in job["arrays"].items()}
    answer, out = COMMANDS[job["command"]](arrays, job)
    for name, values in out.items():
        values.tofile(os.path.join(folder, name + ".raw"))
    with open(os.path.join(folder, "answer.json"), "w") as text:
        json.dump(answer, text)


if __name__ == "__main__":
    main()
