#include "io/tables/graphs/similarities.h"
#include "methods/clustering/markov.h"
#include "mpi_ranks.h"

#include <algorithm>
#include <cstdio>

namespace {

using namespace discern;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string counted(std::int64_t count, const char* one, const char* several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

struct Read {
  io::SimilarityNodes nodes;
  methods::SimilarityGraph graph;
  std::int64_t links = 0;
};

/// Every rank goes through the whole file, and keeps the links of its own nodes.
Read readGraph(const sdk::Parameters& p, sdk::Context& ctx, const MpiRanks& ranks) {
  io::SimilarityOptions options;
  const std::string score = p.text("score"), directions = p.text("directions");
  options.score = score == "identity"   ? io::HitScore::Identity
                  : score == "bitscore" ? io::HitScore::BitScore
                                        : io::HitScore::EValue;
  options.minusLog10 = p.text("weights") == "evalue";
  const auto bothWays = directions == "sum"     ? methods::BothWays::Sum
                        : directions == "apart" ? methods::BothWays::Apart
                                                : methods::BothWays::Greatest;
  const auto least = static_cast<float>(p.number("minimum"));

  Read read;
  std::vector<methods::Link> links;
  std::int64_t loops = 0, zeros = 0, below = 0, given = 0;
  const auto rank = static_cast<std::uint32_t>(ranks.rank()), size = static_cast<std::uint32_t>(ranks.size());
  io::SimilaritySink sink;
  sink.expect = [&links, size](std::int64_t count) { links.reserve(static_cast<std::size_t>(size == 1 ? count : 0)); };
  sink.link = [&](std::uint32_t from, std::uint32_t to, float weight) {
    if (from == to)
      ++loops;
    else if (weight == 0)
      ++zeros;
    else if (weight < least)
      ++below;
    else if (++given; size == 1 || from % size == rank || to % size == rank)
      links.push_back({from, to, weight});
  };
  sink.progress = [&ctx](double fraction) {
    ctx.checkCancelled();
    ctx.progress(0.2 * fraction);
  };
  read.nodes = io::readSimilarities(p.file("graph"), options, sink);
  ctx.checkCancelled();
  read.graph = methods::similarityGraph(read.nodes.size(), std::move(links), bothWays);
  if (size > 1) methods::keepLists(read.graph, rank, size);
  const std::int64_t entries = ranks.sum(static_cast<std::int64_t>(read.graph.neighbours.size()));
  read.links = bothWays == methods::BothWays::Apart ? entries : entries / 2;

  std::string left;
  const auto leave = [&left](std::int64_t count, const char* what) {
    if (count > 0) left += (left.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  leave(loops, "of a node to itself");
  leave(zeros, "of weight 0");
  leave(below, "below the least similarity");
  leave(given - read.links, "given again");
  ctx.log(read.nodes.format + ": " + counted(read.nodes.size(), "node", "nodes") + " and " +
          counted(read.links, "link", "links") + (left.empty() ? "" : "; left out: " + left));
  return read;
}

/// The residual so far, to look at while it runs.
void publish(const std::vector<double>& residuals, sdk::Context& ctx) {
  data::FieldInfo info;
  info.name = "residual";
  info.quantity = "Residual";
  info.shape = {static_cast<std::int64_t>(residuals.size()), 1, 1};
  info.axisNames = {"iteration", "y", "z"};
  info.type = data::ScalarType::Float64;
  info.transform = "none";
  ctx.partial(info, std::as_bytes(std::span(residuals)));
}

data::Table table(const char* name, std::vector<std::string> columns, std::vector<std::vector<double>> numbers,
                  std::vector<std::vector<std::string>> texts = {}) {
  data::Table made;
  made.info.name = name;
  made.info.units.resize(columns.size());
  made.info.columns = std::move(columns);
  made.info.rows = static_cast<std::int64_t>(std::max(numbers.back().size(), numbers.front().size()));
  made.numbers = std::move(numbers);
  made.texts = std::move(texts);
  made.texts.resize(made.numbers.size());
  return made;
}

class MarkovClustering final : public sdk::Analysis {
  void run(const sdk::Inputs&, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    methods::MarkovOptions options;
    options.inflation = p.number("inflation");
    options.cutoff = p.number("cutoff");
    options.select = p.integer("select");
    options.recover = p.integer("recover");
    options.recoverShare = p.number("recoverShare") / 100;
    options.threads = ctx.threads();

    MpiRanks ranks(sdk::communicator(ctx));
    ctx.phase("Reading");
    Read read = readGraph(p, ctx, ranks);
    if (ranks.size() > 1) ctx.log("On " + std::to_string(ranks.size()) + " processes");

    ctx.phase("Clustering");
    std::vector<double> residuals;
    int iteration = 1;
    methods::MarkovClustering result;
    try {
      const auto listen = [&](const methods::MarkovState& state) {
        ctx.progress(0.2 + 0.75 * state.fraction);
        if (state.iteration > iteration) {
          iteration = state.iteration;
          residuals.push_back(state.chaos);
          publish(residuals, ctx);
          ctx.log("Iteration " + std::to_string(iteration - 1) + ": residual " + number(state.chaos) + "; " +
                  number(100.0 * static_cast<double>(state.settled) / static_cast<double>(state.nodes)) +
                  " % of the nodes have settled");
        }
        if (ctx.cancelled()) return methods::MarkovAnswer::Stop;
        return ctx.windUp() ? methods::MarkovAnswer::WindUp : methods::MarkovAnswer::GoOn;
      };
      result = methods::markovClusters(std::move(read.graph), options, listen, &ranks);
    } catch (const methods::Cancelled&) {
      throw sdk::Cancelled{};
    }
    if (!result.converged)
      ctx.log(result.iterations < options.mostIterations
                  ? "Ended early: the clusters are what they look like by now"
                  : "Some components have not settled in " + std::to_string(options.mostIterations) + " iterations");
    report(read, result, out, ctx);
  }

  static void report(const Read& read, const methods::MarkovClustering& result, sdk::Outputs& out, sdk::Context& ctx) {
    const auto nodes = static_cast<std::size_t>(read.nodes.size());
    std::vector<std::int64_t> size(static_cast<std::size_t>(result.clusters), 0);
    std::vector<std::string> names;
    std::vector<double> cluster;
    names.reserve(nodes);
    cluster.reserve(nodes);
    for (std::size_t node = 0; node < nodes; ++node) {
      names.push_back(read.nodes.name(node));
      cluster.push_back(result.cluster[node] + 1);
      ++size[static_cast<std::size_t>(result.cluster[node])];
    }
    out.addTable(table("clusters", {"node", "cluster"}, {{}, std::move(cluster)}, {std::move(names), {}}));
    ctx.checkCancelled();

    std::vector<double> sizes, clusters, members; // the clusters come by falling size
    for (const std::int64_t members_ : size) {
      const auto s = static_cast<double>(members_);
      if (sizes.empty() || sizes.back() != s) {
        sizes.push_back(s);
        clusters.push_back(0);
        members.push_back(0);
      }
      ++clusters.back();
      members.back() += s;
    }
    const std::int64_t largest = size.empty() ? 0 : size.front();
    const auto single = std::count(size.begin(), size.end(), 1);
    out.addTable(table("sizes", {"size", "clusters", "nodes"}, {sizes, clusters, members}));

    std::vector<double> iterations;
    for (std::size_t i = 0; i < result.residuals.size(); ++i)
      iterations.push_back(static_cast<double>(i + 1));
    out.addTable(table("residuals", {"iteration", "residual"}, {iterations, result.residuals}));

    ctx.log(counted(result.clusters, "cluster", "clusters") + ", the largest of " + counted(largest, "node", "nodes") +
            "; " + counted(single, "node is", "nodes are") + " alone");
    out.addSummary("nodes", read.nodes.size());
    out.addSummary("links", read.links);
    out.addSummary("clusterCount", result.clusters);
    out.addSummary("largest", largest);
    out.addSummary("single", single);
    out.addSummary("iterations", result.iterations);
    out.addSummary("residual", result.chaos);
    out.addSummary("converged", result.converged);
  }
};

} // namespace

DISCERN_PLUGIN(MarkovClustering)
