#include "methods/clustering/markov.h"

#include "methods/clustering/markov_process.h"

#include <stdexcept>
#include <string>

namespace discern::methods {
namespace {

void check(const MarkovOptions& o) {
  if (!(o.inflation > 1 && o.inflation <= 9))
    throw std::invalid_argument("the inflation is " + std::to_string(o.inflation) +
                                "; it must be above 1 and not above 9");
  if (!(o.cutoff >= 0 && o.cutoff < 0.5))
    throw std::invalid_argument("the cutoff is " + std::to_string(o.cutoff) + "; it must be from 0 to below 0.5");
  if (o.select < 1 || o.recover < 0)
    throw std::invalid_argument("at least one entry of a column must be selected, and none or more recovered");
  if (!(o.recoverShare >= 0 && o.recoverShare <= 1))
    throw std::invalid_argument("the share of a column that calls for recovery must be from 0 to 1");
  if (!(o.chaos > 0)) throw std::invalid_argument("the chaos at which to stop must be above 0");
  if (o.mostIterations < 1) throw std::invalid_argument("at least one iteration must be allowed");
}

} // namespace

MarkovClustering markovClusters(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener,
                                MarkovRanks* ranks) {
  check(options);
  return MarkovProcess(std::move(graph), options, listener, ranks).run();
}

} // namespace discern::methods
