/// Seeded watershed against SciPy and scikit-image: the same volume, the same parameters, the same run.
/// usage: bench_watershed [--edge 256] [--crowding 700] [--threads 2] [--repeat 2] [--no-peer]
#include "blobs.h"
#include "methods/evaluation/partition_distance.h"
#include "methods/filters/gaussian.h"
#include "methods/morphology/distance_transform.h"
#include "methods/segmentation/markers.h"
#include "methods/segmentation/seeded_watershed.h"
#include "methods/segmentation/watershed.h"
#include "methods/thresholds/otsu.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace fs = std::filesystem;
using namespace discern;

namespace {

constexpr double sigma = 1, minimumDistance = 5;

struct Options {
  std::int64_t edge = 256;
  int crowding = 700, threads = 2, repeat = 2;
  bool peer = true;
};

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--no-peer") {
      o.peer = false;
    } else if (i + 1 < argc && name == "--edge") {
      o.edge = std::max(8, std::atoi(argv[++i]));
    } else if (i + 1 < argc && (name == "--crowding" || name == "--threads" || name == "--repeat")) {
      const int value = std::max(1, std::atoi(argv[++i]));
      (name == "--crowding" ? o.crowding : name == "--threads" ? o.threads : o.repeat) = value;
    } else {
      std::fprintf(stderr,
                   "usage: bench_watershed [--edge 256] [--crowding 700] [--threads 2] [--repeat 2] [--no-peer]\n");
      std::exit(2);
    }
  }
  return o;
}

template <typename F>
double seconds(F&& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

using Times = std::map<std::string, double>;

void keepLeast(Times& times, const std::string& name, double value) {
  const auto [at, fresh] = times.emplace(name, value);
  if (!fresh) at->second = std::min(at->second, value);
}

/// Each step alone, and the whole chain in one call.
Times measure(const std::vector<float>& image, const methods::Shape3& shape, const Options& o,
              methods::SeededWatershedResult& result) {
  Times times;
  const methods::Spacing3 spacing{1, 1, 1};
  std::vector<float> map(image.size());
  std::vector<std::uint8_t> mask(image.size());
  std::vector<std::int32_t> labels(image.size());
  for (int round = 0; round < o.repeat; ++round) {
    float threshold = 0;
    std::vector<std::int64_t> peaks;
    keepLeast(times, "smoothing", seconds([&] {
                methods::gaussianFilter(image, shape, {sigma, sigma, sigma}, map, {}, o.threads);
              }));
    keepLeast(times, "threshold", seconds([&] { threshold = methods::otsuThreshold(map, 256, {}, o.threads); }));
    for (std::size_t i = 0; i < map.size(); ++i)
      mask[i] = map[i] > threshold ? 1 : 0;
    keepLeast(times, "distance",
              seconds([&] { methods::distanceTransform(mask, shape, spacing, map, {}, o.threads); }));
    keepLeast(times, "markers", seconds([&] {
                peaks = methods::localMaxima(map, mask, shape, spacing, minimumDistance, {}, o.threads);
              }));
    std::vector<methods::Seed> seeds;
    for (const std::int64_t peak : peaks)
      seeds.push_back({peak, static_cast<std::int32_t>(seeds.size()) + 1});
    keepLeast(times, "watershed", seconds([&] {
                methods::watershed(map, seeds, mask, shape, methods::Connectivity::Faces, methods::FloodFrom::Maxima,
                                   labels, {}, o.threads);
              }));
    methods::SeededWatershedParameters parameters;
    parameters.smoothing = sigma;
    parameters.minimumDistance = minimumDistance;
    parameters.threads = o.threads;
    keepLeast(times, "whole chain",
              seconds([&] { result = methods::seededWatershed(image, shape, spacing, parameters); }));
  }
  return times;
}

/// Runs the peer as often; its labels come back in `labels`.
Times peer(const std::vector<float>& image, const Options& o, std::vector<std::int32_t>& labels, std::string& error) {
  std::string pattern = (fs::temp_directory_path() / "bench_watershed_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const fs::path folder = pattern;
  std::ofstream(folder / "image.f32", std::ios::binary)
      .write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size() * sizeof(float)));
  std::ostringstream command;
  command << "/usr/bin/python3 '" << DISCERN_PEER_SCRIPT << "' '" << folder.string() << "' " << o.edge << ' ' << sigma
          << ' ' << static_cast<int>(minimumDistance) << ' ' << o.repeat << " > '" << (folder / "times").string()
          << "' 2> '" << (folder / "error").string() << "'";
  Times times;
  if (std::system(command.str().c_str()) == 0) {
    std::ifstream in(folder / "times");
    std::string name;
    double value = 0, whole = 0;
    while (in >> name >> value) {
      keepLeast(times, name, value);
      whole += value;
      if (name != "watershed") continue; // the last step of a round
      keepLeast(times, "whole chain", whole);
      whole = 0;
    }
    labels.resize(image.size());
    std::ifstream(folder / "labels.i32", std::ios::binary)
        .read(reinterpret_cast<char*>(labels.data()),
              static_cast<std::streamsize>(labels.size() * sizeof(std::int32_t)));
  } else {
    std::stringstream text;
    text << std::ifstream(folder / "error").rdbuf();
    error = text.str();
  }
  fs::remove_all(folder);
  return times;
}

} // namespace

int main(int argc, char** argv) {
  const Options o = parse(argc, argv);
  const methods::Shape3 shape{o.edge, o.edge, o.edge};
  std::vector<float> image = benchmarks::blobs(o.edge, o.crowding, 1);
  methods::SeededWatershedResult result;
  const Times own = measure(image, shape, o, result);
  std::printf("seeded watershed, %lld³ voxels, %.1f %% foreground, %d threads, least of %d rounds\n",
              static_cast<long long>(o.edge),
              100.0 * static_cast<double>(result.foregroundVoxels) / static_cast<double>(image.size()), o.threads,
              o.repeat);

  Times theirs;
  std::vector<std::int32_t> labels;
  if (o.peer) {
    std::string error;
    theirs = peer(image, o, labels, error);
    if (theirs.empty()) std::printf("no comparison: SciPy and scikit-image could not be run\n%s\n", error.c_str());
  }
  std::printf("%-12s %10s %12s %8s\n", "step", "Discern/s", "Python/s", "ratio");
  for (const char* step : {"smoothing", "threshold", "distance", "markers", "watershed", "whole chain"}) {
    if (theirs.contains(step))
      std::printf("%-12s %10.3f %12.3f %7.1fx\n", step, own.at(step), theirs.at(step), theirs.at(step) / own.at(step));
    else
      std::printf("%-12s %10.3f\n", step, own.at(step));
  }
  if (!theirs.empty()) {
    const auto table = methods::contingencyTable(labels, result.labels);
    std::printf("instances %d, scikit-image %d; adjusted Rand index %.6f, in the foreground %.6f\n", result.instances,
                static_cast<int>(theirs.at("found")), methods::adjustedRandIndex(table),
                methods::adjustedRandIndex(table, true));
  } else {
    std::printf("instances %d\n", result.instances);
  }
  return 0;
}
