#pragma once
#include "data/plot/plot_request.h"

namespace discern::data {

/// A matrix as nodes and its strongest entries as edges. What is not symmetric is taken as the stronger of both
/// directions.
struct NetworkRequest {
  static constexpr const char* name = "network";
  MatrixRequest matrix;          ///< its order is that of the nodes on a circle
  int edges = 600;               ///< the strongest, by magnitude
  std::string layout = "circle"; ///< "circle", "force"
};

struct NetworkAnswer {
  struct Edge {
    std::int32_t a = 0, b = 0;
    double value = 0;
  };
  std::vector<std::string> names; ///< of the nodes, or empty
  std::vector<double> x, y;       ///< places in the unit square
  std::vector<Edge> edges;        ///< strongest first
  std::int64_t left = 0;          ///< entries that are not zero and not here
  std::string quantity, unit;
};

void to_json(nlohmann::json&, const NetworkRequest&);
void from_json(const nlohmann::json&, NetworkRequest&);
void to_json(nlohmann::json&, const NetworkAnswer&);
void from_json(const nlohmann::json&, NetworkAnswer&);

} // namespace discern::data
