#include "data/error.h"
#include "methods/hierarchy/leaf_order.h"
#include "plots/workings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace discern::plots {
namespace {

constexpr std::size_t mostTurned = 1000; ///< rows whose best order is looked for; of more, the tree's own serves
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::optional<methods::Linkage> linkageOf(const std::string& order) {
  if (order == "file") return std::nullopt;
  if (order == "average") return methods::Linkage::Average;
  if (order == "ward") return methods::Linkage::Ward;
  if (order == "complete") return methods::Linkage::Complete;
  if (order == "single") return methods::Linkage::Single;
  throw data::UsageError("\"" + order + "\" is no order of a matrix; there are file, average, ward, complete, single");
}

void readField(const data::MatrixRequest& request, const Sources& sources, data::MatrixAnswer& answer) {
  const auto field = sources(request.path).field(request.field);
  const data::FieldInfo& info = field->info();
  if (info.shape[2] != 1)
    throw data::UsageError(request.path + ": \"" + info.name + "\" has " + std::to_string(info.shape[2]) +
                           " planes; a matrix has one");
  if (info.voxels() > data::MatrixRequest::mostCells)
    throw data::UsageError(request.path + ": \"" + info.name + "\" has " + std::to_string(info.voxels()) +
                           " numbers; as a matrix at most " + std::to_string(data::MatrixRequest::mostCells) +
                           " are shown");
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * data::sizeOf(info.type));
  field->read({{{0, 0, 0}, info.shape}, request.time, request.component, 0}, bytes);
  answer.rows = info.shape[1];
  answer.columns = info.shape[0];
  answer.values.resize(static_cast<std::size_t>(info.voxels()));
  data::dispatch(info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = reinterpret_cast<const T*>(bytes.data());
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
      const auto value = static_cast<double>(from[i]);
      answer.values[i] = !std::isfinite(value) || (info.missing && value == *info.missing) ? nan : value;
    }
  });
  answer.quantity = info.quantity;
  answer.unit = info.unit;
}

/// Pearson's correlation of two columns, over the rows that have both.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0, sa = 0, sb = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::isfinite(a[i]) && std::isfinite(b[i])) {
      n += 1;
      sa += a[i];
      sb += b[i];
    }
  if (n < 2) return nan;
  const double ma = sa / n, mb = sb / n;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::isfinite(a[i]) && std::isfinite(b[i])) {
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
      ab += (a[i] - ma) * (b[i] - mb);
    }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : nan;
}

void correlateTable(const data::MatrixRequest& request, const Sources& sources, data::MatrixAnswer& answer) {
  const data::Table table = sources(request.path).table(request.table);
  std::vector<const std::vector<double>*> columns;
  for (std::size_t i = 0; i < table.numbers.size() && i < table.info.columns.size(); ++i) {
    if (table.numbers[i].empty()) continue;
    columns.push_back(&table.numbers[i]);
    answer.rowNames.push_back(table.info.columns[i]);
  }
  constexpr std::size_t most = 2000;
  if (columns.size() < 2) throw data::UsageError(request.path + ": the table has fewer than two columns of numbers");
  if (columns.size() > most)
    throw data::UsageError(request.path + ": the table has " + std::to_string(columns.size()) +
                           " columns of numbers; at most " + std::to_string(most) + " are correlated");
  const std::size_t n = columns.size();
  answer.rows = answer.columns = static_cast<std::int64_t>(n);
  answer.values.assign(n * n, 1);
  const auto count = static_cast<std::int64_t>(n);
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < count; ++i)
    for (std::size_t j = static_cast<std::size_t>(i) + 1; j < n; ++j) {
      const auto at = static_cast<std::size_t>(i);
      answer.values[at * n + j] = answer.values[j * n + at] = correlation(*columns[at], *columns[j]);
    }
  answer.columnNames = answer.rowNames;
  answer.quantity = "Correlation";
}

bool isSymmetric(const data::MatrixAnswer& answer) {
  if (answer.rows != answer.columns) return false;
  const auto n = static_cast<std::size_t>(answer.rows);
  double largest = 0;
  for (const double value : answer.values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double a = answer.values[i * n + j], b = answer.values[j * n + i];
      if (std::isnan(a) != std::isnan(b) || std::abs(a - b) > 1e-6 * largest) return false;
    }
  return true;
}

void order(const std::vector<double>& values, std::size_t rows, std::size_t columns, methods::Linkage how,
           std::vector<std::int32_t>& places, std::vector<data::TreeMerge>& tree) {
  if (rows < 2 || rows > static_cast<std::size_t>(data::MatrixRequest::mostOrdered)) return;
  const std::vector<double> distances = methods::rowDistances(values, rows, columns);
  const std::vector<methods::Merge> merges = methods::linkage(distances, rows, how);
  places = rows <= mostTurned ? methods::optimalLeafOrder(merges, distances, rows) : methods::leafOrder(merges, rows);
  tree.reserve(merges.size());
  for (const methods::Merge& merge : merges)
    tree.push_back({merge.a, merge.b, merge.height, merge.size});
}

} // namespace

data::MatrixAnswer matrix(const data::MatrixRequest& request, const Sources& sources) {
  data::MatrixAnswer answer;
  const auto how = linkageOf(request.order);
  if (request.ofTable)
    correlateTable(request, sources, answer);
  else
    readField(request, sources, answer);
  answer.symmetric = isSymmetric(answer);
  answer.rowOrder.resize(static_cast<std::size_t>(answer.rows));
  answer.columnOrder.resize(static_cast<std::size_t>(answer.columns));
  std::iota(answer.rowOrder.begin(), answer.rowOrder.end(), 0);
  std::iota(answer.columnOrder.begin(), answer.columnOrder.end(), 0);
  if (!how) return answer;
  const auto rows = static_cast<std::size_t>(answer.rows), columns = static_cast<std::size_t>(answer.columns);
  order(answer.values, rows, columns, *how, answer.rowOrder, answer.rowTree);
  if (answer.symmetric) {
    answer.columnOrder = answer.rowOrder;
    answer.columnTree = answer.rowTree;
    return answer;
  }
  std::vector<double> turned(answer.values.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      turned[j * rows + i] = answer.values[i * columns + j];
  order(turned, columns, rows, *how, answer.columnOrder, answer.columnTree);
  return answer;
}

} // namespace discern::plots
