#include "methods/statistics/moments.h"
#include "sdk/mpi.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace {

using namespace discern;
using methods::Moments;

/// The field cut along its last axis that is longer than 1, and the planes that this rank reads.
struct Planes {
  std::size_t axis = 2;
  std::int64_t count = 1, first = 0, end = 1;
};

Planes planesOf(const data::Index3& shape, const sdk::Context& ctx) {
  Planes planes;
  while (planes.axis > 0 && shape[planes.axis] <= 1)
    --planes.axis;
  planes.count = shape[planes.axis];
  planes.first = planes.count * ctx.rank() / ctx.size();
  planes.end = planes.count * (ctx.rank() + 1) / ctx.size();
  return planes;
}

/// Reads planes as numbers, missing values as NaN.
class PlaneReader {
public:
  PlaneReader(const sdk::Inputs& in, std::size_t axis)
      : field_(in.field("field")), time_(in.time("field")), component_(in.component("field")), axis_(axis) {}

  [[nodiscard]] const data::FieldInfo& info() const { return field_.info(); }
  [[nodiscard]] data::Index3 shape() const {
    data::Index3 shape = info().shape;
    shape[axis_] = 1;
    return shape;
  }

  std::span<const double> read(std::int64_t plane) {
    data::Slab slab;
    slab.box.hi = info().shape;
    slab.box.lo[axis_] = plane;
    slab.box.hi[axis_] = plane + 1;
    slab.time = time_;
    slab.component = component_;
    const auto voxels = static_cast<std::size_t>(slab.box.voxels());
    bytes_.resize(voxels * data::sizeOf(info().type));
    field_.read(slab, bytes_);
    values_.resize(voxels);
    data::dispatch(info().type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const auto* from = reinterpret_cast<const T*>(bytes_.data());
      for (std::size_t i = 0; i < voxels; ++i) {
        const auto value = static_cast<double>(from[i]);
        values_[i] = info().missing && value == *info().missing ? std::numeric_limits<double>::quiet_NaN() : value;
      }
    });
    return values_;
  }

private:
  const data::FieldSource& field_;
  std::int64_t time_;
  int component_;
  std::size_t axis_;
  std::vector<std::byte> bytes_;
  std::vector<double> values_;
};

/// Of one plane, row by row; on maps a row weighs the cosine of its latitude.
Moments momentsOfPlane(const PlaneReader& reader, std::span<const double> values, std::size_t axis,
                       std::int64_t plane) {
  if (reader.info().frame != data::Frame::LonLat) return methods::momentsOf(values);
  const data::Index3 shape = reader.shape();
  const auto row = static_cast<std::size_t>(shape[0]);
  Moments all;
  for (std::int64_t j = 0; j < shape[1] * shape[2]; ++j) {
    const std::int64_t z = j / shape[1];
    data::Vec3 index{0, static_cast<double>(j - z * shape[1]), static_cast<double>(z)};
    index[axis] = static_cast<double>(plane);
    const double weight = std::max(0.0, std::cos(reader.info().world(index)[1] * std::numbers::pi / 180)); // poles: 0
    all = merged(all, methods::momentsOf(values.subspan(static_cast<std::size_t>(j) * row, row), weight));
  }
  return all;
}

/// What each plane's numbers are, on every rank. A plane belongs to one rank, the others add nothing: so the sums are
/// exact, and what is made of them in the order of the planes does not depend on the number of ranks.
class PlaneTable {
public:
  explicit PlaneTable(std::int64_t planes) : numbers_(static_cast<std::size_t>(planes) * width) {}

  void set(std::int64_t plane, const Moments& m) {
    double* row = &numbers_[static_cast<std::size_t>(plane) * width];
    row[0] = 1;
    row[1] = static_cast<double>(m.count);
    row[2] = static_cast<double>(m.missing);
    row[3] = m.weight;
    row[4] = m.mean;
    row[5] = m.squares;
    row[6] = m.count > 0 ? m.minimum : 0;
    row[7] = m.count > 0 ? m.maximum : 0;
  }

  void share(MPI_Comm ranks) {
    MPI_Allreduce(MPI_IN_PLACE, numbers_.data(), static_cast<int>(numbers_.size()), MPI_DOUBLE, MPI_SUM, ranks);
  }

  [[nodiscard]] bool known(std::int64_t plane) const { return numbers_[static_cast<std::size_t>(plane) * width] > 0; }
  [[nodiscard]] Moments all() const {
    Moments sum;
    for (std::size_t at = 0; at < numbers_.size(); at += width) {
      if (numbers_[at + 1] <= 0) {
        sum.missing += static_cast<std::int64_t>(numbers_[at + 2]);
        continue;
      }
      Moments plane;
      plane.count = static_cast<std::int64_t>(numbers_[at + 1]);
      plane.missing = static_cast<std::int64_t>(numbers_[at + 2]);
      plane.weight = numbers_[at + 3];
      plane.mean = numbers_[at + 4];
      plane.squares = numbers_[at + 5];
      plane.minimum = numbers_[at + 6];
      plane.maximum = numbers_[at + 7];
      sum = merged(sum, plane);
    }
    return sum;
  }

private:
  static constexpr std::size_t width = 8;
  std::vector<double> numbers_;
};

data::Table histogramTable(const std::vector<std::int64_t>& bins, double lower, double upper, const std::string& unit) {
  data::Table table;
  table.info.name = "histogram";
  table.info.columns = {"from", "to", "count"};
  table.info.units = {unit, unit, ""};
  table.info.rows = static_cast<std::int64_t>(bins.size());
  std::vector<double> from, to, count;
  for (std::vector<double>* column : {&from, &to, &count})
    column->reserve(bins.size());
  const auto n = static_cast<double>(bins.size());
  for (std::size_t b = 0; b < bins.size(); ++b) {
    from.push_back(lower + (upper - lower) * static_cast<double>(b) / n);
    to.push_back(lower + (upper - lower) * static_cast<double>(b + 1) / n);
    count.push_back(static_cast<double>(bins[b]));
  }
  table.numbers = {std::move(from), std::move(to), std::move(count)};
  table.texts.resize(3);
  return table;
}

class FieldStatistics final : public sdk::Analysis {
  void run(const sdk::Inputs& in, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    const bool manual = p.text("range") == "manual";
    if (manual && !(p.number("lower") < p.number("upper")))
      throw data::UsageError("The histogram's lower end must lie below its upper end.");
    const MPI_Comm ranks = sdk::communicator(ctx);
    const data::FieldInfo& info = in.field("field").info();
    const Planes planes = planesOf(info.shape, ctx);
    PlaneReader reader(in, planes.axis);
    if (ctx.size() > 1)
      ctx.log(std::to_string(planes.count) + " planes on " + std::to_string(ctx.size()) + " processes");

    ctx.phase("Mean and range");
    PlaneTable table(planes.count);
    const auto mine = static_cast<double>(std::max<std::int64_t>(1, planes.end - planes.first));
    for (std::int64_t plane = planes.first; plane < planes.end; ++plane) {
      ctx.checkCancelled();
      if (ctx.windUp()) break; // each rank for itself: planes that nobody has read have no weight
      table.set(plane, momentsOfPlane(reader, reader.read(plane), planes.axis, plane));
      ctx.progress(0.5 * static_cast<double>(plane + 1 - planes.first) / mine);
    }
    table.share(ranks);
    const Moments all = table.all();

    ctx.phase("Histogram");
    double lower = manual ? p.number("lower") : all.minimum, upper = manual ? p.number("upper") : all.maximum;
    if (all.count == 0 && !manual) lower = 0, upper = 1;
    if (!(lower < upper)) { // a constant field: one bin holds it
      const double half = std::max(0.5, std::abs(lower) * 1e-6);
      lower -= half;
      upper += half;
    }
    std::vector<std::int64_t> bins(static_cast<std::size_t>(p.integer("bins")));
    for (std::int64_t plane = planes.first; plane < planes.end; ++plane) {
      if (!table.known(plane)) continue;
      ctx.checkCancelled();
      methods::addToHistogram(reader.read(plane), lower, upper, bins);
      ctx.progress(0.5 + 0.5 * static_cast<double>(plane + 1 - planes.first) / mine);
    }
    MPI_Allreduce(MPI_IN_PLACE, bins.data(), static_cast<int>(bins.size()), MPI_INT64_T, MPI_SUM, ranks);
    report(all, info, out);
    out.addTable(histogramTable(bins, lower, upper, info.unit));
  }

  static void report(const Moments& all, const data::FieldInfo& info, sdk::Outputs& out) {
    const auto orNull = [&all](double value) {
      return all.weight > 0 ? nlohmann::json(value) : nlohmann::json(nullptr);
    };
    out.addSummary("count", all.count);
    out.addSummary("missing", all.missing);
    out.addSummary("mean", orNull(all.mean));
    out.addSummary("standardDeviation", orNull(all.standardDeviation()));
    out.addSummary("minimum", orNull(all.minimum));
    out.addSummary("maximum", orNull(all.maximum));
    out.addSummary("share", 100.0 * static_cast<double>(all.count + all.missing) / static_cast<double>(info.voxels()));
    out.addSummary("weights", info.frame == data::Frame::LonLat ? "area" : "voxels");
  }
};

} // namespace

DISCERN_PLUGIN(FieldStatistics)
