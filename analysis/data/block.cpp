#include "data/block.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace discern::data {

double Block::value(const Index3& index) const {
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (index[axis] < slab.box.lo[axis] || index[axis] >= slab.box.hi[axis])
      return std::numeric_limits<double>::quiet_NaN();
  const Index3 shape = slab.box.shape();
  const std::int64_t at =
      ((index[2] - slab.box.lo[2]) * shape[1] + (index[1] - slab.box.lo[1])) * shape[0] + index[0] - slab.box.lo[0];
  return dispatch(type, [&](auto tag) { return static_cast<double>(as<typename decltype(tag)::type>()[at]); });
}

std::uint64_t FieldProvider::revision(const std::string&) const { return 0; }
std::uint64_t FieldProvider::generation(const std::string&) const { return 0; }
bool FieldProvider::isNear(const Key&, const Slab&) const { return true; }

void FieldProvider::shape(const ShapeRequest& request, Priority, Ticket, std::function<void(Reply<ShapePtr>)> done) {
  done({{}, request.path + ": grids can't be had here"});
}

void FieldProvider::probe(const ShapeRequest& request, const Vec3&, Ticket,
                          std::function<void(Reply<GridReading>)> done) {
  done({{}, request.path + ": grids can't be had here"});
}

void FieldProvider::rows(const RowsRequest& request, Priority, Ticket, std::function<void(Reply<TableRows>)> done) {
  done({{}, request.path + ": tables can't be had here"});
}

void FieldProvider::column(const ColumnRequest& request, Ticket, std::function<void(Reply<ColumnSummary>)> done) {
  done({{}, request.path + ": tables can't be had here"});
}

void FieldProvider::points(const PointsRequest& request, Ticket, std::function<void(Reply<Curve>)> done) {
  done({{}, request.path + ": tables can't be had here"});
}

void FieldProvider::line(const LineRequest& request, Ticket, std::function<void(Reply<Curve>)> done) {
  done({{}, request.path + ": lines can't be had here"});
}
void FieldProvider::sky(const Key&, const Vec3&, Ticket, std::function<void(Reply<SkyPosition>)> done) { done({}); }
void FieldProvider::compute(const std::string&, const nlohmann::json&, Priority, Ticket,
                            std::function<void(Reply<nlohmann::json>)> done) {
  done({{}, "plots can't be worked out here"});
}

} // namespace discern::data
