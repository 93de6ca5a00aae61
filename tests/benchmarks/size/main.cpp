/// What large array files cost: open to three planes, one voxel's time course, scrubbing, throughput, memory; beside
/// targets, limits measured in the same run, and nibabel, h5py and ParaView where they are installed.
/// usage: bench_size [--full | --eighths 1] [--folder /tmp] [--no-peer]
/// `--eighths 8`, the same as `--full`, makes files of 8 GB, the default 1 GB; gzip files inflate to half as much.
/// Exits with 1 when a target is missed.
#include "child.h"
#include "files.h"
#include "measures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace fs = std::filesystem;
using namespace discern::benchmarks;

namespace {

struct Options {
  std::int64_t eighths = 1;
  std::string folder = fs::temp_directory_path().string();
  bool peer = true;
};

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--no-peer") {
      o.peer = false;
    } else if (name == "--full") {
      o.eighths = 8;
    } else if (name == "--eighths" && i + 1 < argc) {
      o.eighths = std::clamp(std::atoi(argv[++i]), 1, 32);
    } else if (name == "--folder" && i + 1 < argc) {
      o.folder = argv[++i];
    } else {
      std::fprintf(stderr, "usage: bench_size [--full | --eighths 1] [--folder /tmp] [--no-peer]\n");
      std::exit(2);
    }
  }
  return o;
}

class Bench {
public:
  Bench(Options options, std::string self, std::string folder)
      : o_(std::move(options)), self_(std::move(self)), folder_(std::move(folder)) {}

  int run() {
    // 1,200 volumes at every size, so that the time course is the one of the target; 8 GB are 128 x 128 x 106.
    const std::int64_t edge = o_.eighths < 8 ? 64 : 128;
    const Shape4 shape{edge, edge, 106 * o_.eighths / 8 * (128 / edge) * (128 / edge), 1200};
    const Shape4 compressed{edge, edge, shape[2], 600};
    std::printf("NIfTI and HDF5: %lld x %lld x %lld x %lld float32, %.2f GB; .nii.gz: half of that\n",
                static_cast<long long>(shape[0]), static_cast<long long>(shape[1]), static_cast<long long>(shape[2]),
                static_cast<long long>(shape[3]), static_cast<double>(bytesOf(shape)) / 1e9);
    havePvpython_ = std::system("command -v pvpython > /dev/null 2>&1") == 0;
    if (o_.peer && !havePvpython_)
      std::printf("pvpython is not on PATH (tests/benchmarks/paraview puts it there); the picture is not compared\n");
    array("NIfTI", folder_ + "/field.nii", shape, writeNifti);
    array("HDF5", folder_ + "/field.h5", shape, writeHdf5);
    gzip(folder_ + "/field.nii.gz", compressed);
    if (missed_ > 0) std::printf("%d target(s) missed\n", missed_);
    return missed_ > 0 ? 1 : 0;
  }

private:
  Values own(const std::string& what, const std::string& path, const std::string& argument = "0") {
    std::string error;
    Values values = runChild({self_, "--child", what, path, argument}, &error);
    if (values.empty()) {
      std::fprintf(stderr, "%s of %s failed: %s\n", what.c_str(), path.c_str(), error.c_str());
      std::exit(1);
    }
    return values;
  }
  void target(const char* what, double value, const char* unit, double limit, bool atMost) {
    const bool good = atMost ? value <= limit : value >= limit;
    missed_ += good ? 0 : 1;
    std::printf("  %-52s %9.3f %-9s target %s %g%s\n", what, value, unit, atMost ? "<=" : ">=", limit,
                good ? "" : "   MISSED");
  }
  static void tell(const char* what, double value, const char* unit) {
    std::printf("  %-52s %9.3f %s\n", what, value, unit);
  }
  /// A peer's figures beside ours: how many times longer it took, and how many times its memory ours is.
  void against(const char* name, const std::vector<std::string>& command, const Values& ours, double least,
               double most) {
    if (!o_.peer) return;
    std::string error;
    const Values theirs = runChild(command, &error);
    if (theirs.empty()) {
      std::printf("  %s: not run: %s\n", name, error.substr(error.rfind('\n', error.size() - 2) + 1).c_str());
      return;
    }
    std::printf("  %-52s %9.3f s, %.0f MB\n", name, theirs.at("seconds"), theirs.count("peak") ? theirs.at("peak") : 0);
    const double ratio = theirs.at("seconds") / ours.at("seconds");
    if (least > 0)
      target("    its time / ours", ratio, "x", least, false);
    else
      tell("    its time / ours", ratio, "x");
    const double memory = ours.at("peak") / theirs.at("peak");
    if (most > 0)
      target("    our memory / its", memory, "x", most, true);
    else
      tell("    our memory / its", memory, "x");
    if (const double sum = ours.at("sum"); std::abs(theirs.at("sum") - sum) > 1e-6 * std::abs(sum)) {
      std::printf("    its values differ: sum %.9g, ours %.9g   MISSED\n", theirs.at("sum"), sum);
      ++missed_;
    }
  }

  void array(const char* name, const std::string& path, const Shape4& shape,
             void (*make)(const std::string&, const Shape4&)) {
    make(path, shape);
    const bool nifti = path.ends_with(".nii");
    std::printf("%s\n", name);
    if (dropFromCache(path)) {
      const Values cold = own("planes", path);
      target("open to three planes, cold", cold.at("seconds"), "s", 0.5, true);
    } else {
      std::printf("  cold: not measured, this file system keeps its pages\n");
    }
    const Values warm = own("planes", path);
    target("open to three planes, warm", warm.at("seconds"), "s", 0.5, true);
    target("peak memory", warm.at("peak"), "MB", 400, true);
    against(nifti ? "nibabel and NumPy, warm" : "h5py and NumPy, warm",
            {"/usr/bin/python3", DISCERN_PEER_SCRIPT, "planes", path, "0"}, warm, 0, 0);
    if (nifti)
      against("VTK's reader from Python, first volume alone", {"/usr/bin/python3", DISCERN_PEER_SCRIPT, "vtk", path},
              warm, 0, 0);
    const Values series = own("series", path);
    if (nifti)
      target("one voxel over 1,200 volumes, warm", series.at("seconds") * 1e3, "ms", 50, true);
    else
      tell("one voxel over 1,200 volumes, warm", series.at("seconds") * 1e3, "ms");
    against(nifti ? "nibabel and NumPy" : "h5py and NumPy", {"/usr/bin/python3", DISCERN_PEER_SCRIPT, "series", path},
            series, 0, 0);
    target("scrubbing, warm", own("scrub", path).at("rate"), "volumes/s", 20, false);
    (void)own("plain", path);
    const double plain = std::min(own("plain", path).at("seconds"), own("plain", path).at("seconds"));
    const double field = std::min(own("field", path).at("seconds"), own("field", path).at("seconds"));
    const double gigabytes = static_cast<double>(bytesOf(shape)) / 1e9;
    tell("read() of the file, warm", gigabytes / plain, "GB/s");
    tell("the whole field, warm", gigabytes / field, "GB/s");
    target("    throughput / read()", plain / field, "x", 0.8, false);
    if (nifti) picture(path, shape);
    fs::remove(path);
  }

  /// From the command to the picture, once the values are one volume, so large that nobody wants all of it in memory.
  void picture(const std::string& path, const Shape4& values) {
    const Shape4 shape{1280, 1280, values[0] * values[1] * values[2] * values[3] / 1280 / 1280, 1};
    reshapeNifti(path, shape);
    std::printf("The same values as one volume, %lld x %lld x %lld\n", static_cast<long long>(shape[0]),
                static_cast<long long>(shape[1]), static_cast<long long>(shape[2]));
    const auto ours = [&](const char* view) {
      const Values drawn = runWhole(
          {DISCERN_RUNNER, "render", path, "--output", folder_ + "/picture.png", "--view", view, "--size", "600x600"});
      if (drawn.empty()) throw std::runtime_error(std::string("discern-run render --view ") + view + " failed");
      return drawn;
    };
    (void)ours("axial");
    (void)ours("sagittal");
    Values all{{"seconds", 0}, {"peak", 0}};
    for (const char* view : {"axial", "coronal", "sagittal"}) {
      const Values one = ours(view);
      tell((std::string("from the command to the ") + view + " picture, warm").c_str(), one.at("seconds"), "s");
      all["seconds"] += one.at("seconds");
      all["peak"] = std::max(all["peak"], one.at("peak"));
    }
    target("peak memory", all["peak"], "MB", 400, true);
    if (!o_.peer || !havePvpython_) return;
    const Values theirs = runWhole({"pvpython", DISCERN_PICTURE_SCRIPT, path, std::to_string(shape[0]),
                                    std::to_string(shape[1]), std::to_string(shape[2]), folder_ + "/peer.png"});
    if (theirs.empty()) {
      std::printf("  ParaView: not run: it failed, perhaps for want of a screen (xvfb-run) or of memory\n");
      return;
    }
    std::printf("  %-52s %9.3f s, %.0f MB\n", "ParaView (pvpython), three slices in one picture", theirs.at("seconds"),
                theirs.at("peak"));
    target("    its time / all three of ours", theirs.at("seconds") / all["seconds"], "x", 10, false);
    target("    our memory / its", all["peak"] / theirs.at("peak"), "x", 0.1, true);
  }

  void gzip(const std::string& path, const Shape4& shape) {
    writeNiftiGz(path, shape);
    std::printf(".nii.gz of %.2f GB, %.2f GB inflated\n", static_cast<double>(fs::file_size(path)) / 1e9,
                static_cast<double>(bytesOf(shape)) / 1e9);
    const std::int64_t volume = bytesOf(shape) / shape[3], span = 8 << 20;
    const std::string middle = std::to_string(shape[3] / 2 + 7);
    const auto inflate = [&](std::int64_t count) {
      return std::min(own("inflate", path, std::to_string(count)).at("seconds"),
                      own("inflate", path, std::to_string(count)).at("seconds"));
    };
    const double one = inflate(volume), stretch = inflate(span);
    const Values first = own("planes", path);
    tell("first volume, open to three planes", first.at("seconds"), "s");
    target("    its time / zlib inflating that volume alone", first.at("seconds") / one, "x", 3, true);
    target("peak memory", first.at("peak"), "MB", 400, true);
    against("nibabel and NumPy", {"/usr/bin/python3", DISCERN_PEER_SCRIPT, "planes", path, "0"}, first, 0, 0);
    tell("volume in the middle, nothing indexed", own("planes", path, middle).at("seconds"), "s");
    const Values pass = own("pass", path);
    tell("first pass over the file", pass.at("seconds"), "s");
    tell("    its time / zlib inflating all", pass.at("seconds") / inflate(bytesOf(shape)), "x");
    target("peak memory of the pass", pass.at("peak"), "MB", 400, true);
    const Values later = own("planes", path, middle);
    tell("volume in the middle, new process, indexed", later.at("seconds"), "s");
    target("    its time / zlib inflating one index span", later.at("seconds") / stretch, "x", 2, true);
    against("nibabel and NumPy", {"/usr/bin/python3", DISCERN_PEER_SCRIPT, "planes", path, middle}, later, 0, 0);
    fs::remove(path);
  }

  Options o_;
  std::string self_, folder_;
  bool havePvpython_ = false;
  int missed_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::string(argv[1]) == "--child") return measure(argv[2], argv[3], argv[4]);
  const Options options = parse(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::string folder = options.folder + "/bench_size_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "no temporary folder can be made in %s\n", options.folder.c_str());
    return 2;
  }
  setenv("XDG_CACHE_HOME", (folder + "/cache").c_str(), 1); // neither the user's own index nor a trace in it
  int status = 2;
  try {
    status = Bench(options, fs::canonical("/proc/self/exe").string(), folder).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  fs::remove_all(folder);
  return status;
}
