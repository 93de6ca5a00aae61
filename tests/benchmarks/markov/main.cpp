/// Markov clustering against `mcl -te`, each in a process of its own that reads the same file of labels and weights,
/// clusters with the same inflation and pruning, and writes the clusters: the time of the whole, and the greatest
/// memory. usage: bench_markov [--nodes 100000] [--degree 30] [--largest 2000] [--crossing 0.2] [--inflation 2]
/// [--threads 2]
///                     [--repeat 1] [--seed 1] [--no-peer] [--folder DIR] [FILE.abc]
#include "families.h"
#include "io/tables/graphs/similarities.h"
#include "methods/clustering/markov.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace discern;

namespace {

struct Options {
  benchmarks::FamilyModel model;
  double inflation = 2;
  int threads = 2, repeat = 1;
  bool peer = true, child = false;
  std::string folder, file, output;
};

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
    if (name == "--no-peer")
      o.peer = false;
    else if (name == "--nodes")
      o.model.nodes = std::max(1LL, std::atoll(value()));
    else if (name == "--largest")
      o.model.largest = std::max(1LL, std::atoll(value()));
    else if (name == "--degree")
      o.model.degree = std::max(1, std::atoi(value()));
    else if (name == "--crossing")
      o.model.crossing = std::atof(value());
    else if (name == "--seed")
      o.model.seed = std::strtoull(value(), nullptr, 10);
    else if (name == "--inflation")
      o.inflation = std::atof(value());
    else if (name == "--threads")
      o.threads = std::max(1, std::atoi(value()));
    else if (name == "--repeat")
      o.repeat = std::max(1, std::atoi(value()));
    else if (name == "--folder")
      o.folder = value();
    else if (name == "--cluster")
      o.child = true;
    else if (name == "--output")
      o.output = value();
    else if (!name.starts_with("--") && o.file.empty())
      o.file = name;
    else {
      std::fprintf(stderr, "usage: see the head of tests/benchmarks/markov/main.cpp; not known: %s\n", name.c_str());
      std::exit(2);
    }
  }
  return o;
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// What the process that is measured does.
int cluster(const Options& o) {
  const double start = now();
  std::vector<methods::Link> links;
  io::SimilaritySink sink;
  sink.expect = [&links](std::int64_t count) { links.reserve(static_cast<std::size_t>(count)); };
  sink.link = [&links](std::uint32_t a, std::uint32_t b, float weight) { links.push_back({a, b, weight}); };
  const io::SimilarityNodes nodes = io::readSimilarities(o.file, {}, sink);
  const double read = now();
  methods::SimilarityGraph graph = methods::similarityGraph(nodes.size(), std::move(links));
  const double built = now();
  methods::MarkovOptions options;
  options.inflation = o.inflation;
  options.threads = o.threads;
  const auto result = methods::markovClusters(std::move(graph), options);
  const double done = now();
  std::vector<std::vector<std::uint32_t>> members(static_cast<std::size_t>(result.clusters));
  for (std::size_t node = 0; node < result.cluster.size(); ++node)
    members[static_cast<std::size_t>(result.cluster[node])].push_back(static_cast<std::uint32_t>(node));
  std::ofstream out(o.output);
  for (const auto& one : members) {
    for (std::size_t i = 0; i < one.size(); ++i)
      out << (i > 0 ? "\t" : "") << nodes.names[one[i]];
    out << '\n';
  }
  std::printf("    read %.2f s, graph %.2f s, clusters %.2f s in %d iterations, written %.2f s\n", read - start,
              built - read, done - built, result.iterations, now() - done);
  return out.good() ? 0 : 1;
}

struct Measure {
  double seconds = 1e300, processor = 1e300;
  double megabytes = 0;
};

/// Runs a program; what it prints is let through or thrown away.
Measure run(const std::vector<std::string>& command, bool quiet) {
  const double start = now();
  const pid_t child = fork();
  if (child == 0) {
    if (quiet) {
      const int nowhere = open("/dev/null", O_WRONLY);
      dup2(nowhere, 1);
      dup2(nowhere, 2);
    }
    std::vector<char*> words;
    for (const std::string& word : command)
      words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "%s failed (status %d)\n", command[0].c_str(), status);
    std::exit(1);
  }
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return {now() - start, seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
}

Measure least(const std::vector<std::string>& command, bool quiet, int repeat) {
  Measure best;
  for (int round = 0; round < repeat; ++round) {
    const Measure one = run(command, quiet);
    best = {std::min(best.seconds, one.seconds), std::min(best.processor, one.processor),
            std::max(best.megabytes, one.megabytes)};
  }
  return best;
}

/// Members' names → number of their cluster.
std::map<std::string, std::int32_t> clustersIn(const std::string& path, std::int32_t& clusters) {
  std::map<std::string, std::int32_t> of;
  std::ifstream in(path);
  std::string line, name;
  for (clusters = 0; std::getline(in, line); ++clusters) {
    std::istringstream cells(line);
    while (std::getline(cells, name, '\t'))
      of[name] = clusters;
  }
  return of;
}

/// Nodes that would have to change their cluster: n − Σ over our clusters of the greatest overlap with one of theirs.
void compare(const std::string& ours, const std::string& theirs) {
  std::int32_t a = 0, b = 0;
  const auto one = clustersIn(ours, a), other = clustersIn(theirs, b);
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> both;
  for (const auto& [name, cluster] : one) {
    const auto at = other.find(name);
    ++both[{cluster, at == other.end() ? -1 : at->second}];
  }
  std::map<std::int32_t, std::int64_t> bestOfOurs, bestOfTheirs;
  for (const auto& [pair, count] : both) {
    bestOfOurs[pair.first] = std::max(bestOfOurs[pair.first], count);
    bestOfTheirs[pair.second] = std::max(bestOfTheirs[pair.second], count);
  }
  auto moved = 2 * static_cast<std::int64_t>(one.size());
  for (const auto* best : {&bestOfOurs, &bestOfTheirs})
    for (const auto& [cluster, count] : *best)
      moved -= count;
  std::printf("  clusters          %10d %10d   nodes %zu and %zu; split/join distance %lld%s\n", a, b, one.size(),
              other.size(), static_cast<long long>(moved), moved == 0 ? ": the same partition" : "");
}

} // namespace

int main(int argc, char** argv) {
  Options o = parse(argc, argv);
  if (o.child) return cluster(o);
  const fs::path folder =
      o.folder.empty() ? fs::temp_directory_path() / ("bench_markov_" + std::to_string(getpid())) : fs::path(o.folder);
  fs::create_directories(folder);
  if (o.file.empty()) {
    o.file = (folder / "families.abc").string();
    const std::int64_t lines = benchmarks::writeFamilies(o.model, o.file);
    std::printf("%lld proteins, %lld links (degree %d, families up to %lld, crossing %g, seed %llu)\n",
                static_cast<long long>(o.model.nodes), static_cast<long long>(lines), o.model.degree,
                static_cast<long long>(o.model.largest), o.model.crossing,
                static_cast<unsigned long long>(o.model.seed));
  }
  std::printf("%s, %.1f MB; inflation %g, %d threads, least of %d\n", o.file.c_str(),
              static_cast<double>(fs::file_size(o.file)) / 1e6, o.inflation, o.threads, o.repeat);
  const std::string ours = (folder / "ours.tsv").string(), theirs = (folder / "theirs.tsv").string();
  char inflation[32];
  std::snprintf(inflation, sizeof inflation, "%g", o.inflation);
  const std::string threads = std::to_string(o.threads);
  const Measure mine = least({fs::canonical("/proc/self/exe").string(), "--cluster", "--inflation", inflation,
                              "--threads", threads, "--output", ours, o.file},
                             false, o.repeat);
  if (o.peer) {
    const Measure peer =
        least({"mcl", o.file, "--abc", "-I", inflation, "-scheme", "6", "-te", threads, "-o", theirs}, true, o.repeat);
    std::printf("                       discern        mcl\n");
    std::printf("  seconds           %10.2f %10.2f   %.1f times as fast\n", mine.seconds, peer.seconds,
                peer.seconds / mine.seconds);
    std::printf("  processor seconds %10.2f %10.2f   %.1f times\n", mine.processor, peer.processor,
                peer.processor / mine.processor);
    std::printf("  memory, MB        %10.0f %10.0f   %.2f of it\n", mine.megabytes, peer.megabytes,
                mine.megabytes / peer.megabytes);
    compare(ours, theirs);
  } else {
    std::printf("  %.2f s, %.2f s of processor, %.0f MB\n", mine.seconds, mine.processor, mine.megabytes);
  }
  if (o.folder.empty()) fs::remove_all(folder);
  return 0;
}
