#pragma once
#include "methods/clustering/dense_product.h"
#include "methods/clustering/markov_panel.h"

#include <memory>

namespace discern::methods {

/// A component of a flow matrix by itself, its nodes numbered from 0.
struct MarkovPart {
  std::vector<std::uint32_t> nodes;  ///< what each is in the whole
  std::vector<std::uint32_t> starts; ///< of the columns, and the end of the last
  std::vector<Neighbour> entries;
  int iterations = 0; ///< made so far
  float chaos = 0;    ///< after the last of them

  [[nodiscard]] std::size_t size() const { return nodes.size(); }
  [[nodiscard]] FlowColumn column(std::size_t j) const {
    return {entries.data() + starts[j], starts[j + 1] - starts[j]};
  }
};

/// Carries parts to their end: each goes on by itself, and when it falls apart, each piece of it.
class PartSolver {
public:
  /// `nodes`: the size of the largest part that will come. `threads`: that work on one part together.
  PartSolver(std::int64_t nodes, const MarkovOptions& options, int threads);

  /// Writes representative[] for the part's nodes. `goOn` is asked between the columns of an iteration, with the
  /// columns done; when it says no the part, or the piece in hand, is read as it is.
  void solve(MarkovPart part, std::span<std::uint32_t> representative, const std::function<bool()>& goOn);
  /// The greatest chaos after each iteration, from the first of the whole process on; 0: none was made here.
  [[nodiscard]] const std::vector<double>& residuals() const { return residuals_; }
  [[nodiscard]] float chaos() const { return chaos_; } ///< the greatest of all at their ends
  [[nodiscard]] bool converged() const { return converged_; }

private:
  bool iterate(MarkovPart& part, const std::function<bool()>& goOn);
  struct Work {
    Work(std::int64_t nodes, const MarkovOptions& options) : panel(nodes, options) {}
    PanelWork panel;
    std::vector<float> product;
    std::vector<std::uint32_t> wanted;
  };
  struct Piece {
    std::vector<Neighbour> entries;
    std::vector<std::uint32_t> counts;
    float chaos = 0;
  };
  void makeColumns(const MarkovPart& part, bool dense, std::size_t from, std::size_t to, Work& work,
                   Piece& piece) const;
  void read(const MarkovPart& part, std::span<std::uint32_t> representative) const;

  const MarkovOptions options_;
  std::vector<std::unique_ptr<Work>> work_;
  DenseMatrix dense_;
  std::vector<Piece> pieces_;
  std::vector<double> residuals_;
  float chaos_ = 0;
  bool converged_ = true;
};

} // namespace discern::methods
