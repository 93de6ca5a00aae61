#include "direct_provider.h"

#include "io/open.h"

#include <new>
#include <nlohmann/json.hpp>

namespace discern::render {
namespace {

/// What `make` returns, or the sentence of what it throws.
template <typename T, typename Make>
data::FieldProvider::Reply<T> replyOf(Make&& make) {
  data::FieldProvider::Reply<T> reply;
  try {
    reply.value = make();
  } catch (const std::bad_alloc&) {
    reply.error = "there is not enough memory for this part of the data";
  } catch (const std::exception& error) {
    reply.error = error.what();
  }
  return reply;
}

} // namespace

data::Dataset& DirectProvider::dataset(const std::string& path) {
  auto found = datasets_.find(path);
  if (found == datasets_.end()) found = datasets_.emplace(path, io::open(path)).first;
  return *found->second;
}

const data::DatasetInfo& DirectProvider::opened(const std::string& path) { return dataset(path).info(); }

void DirectProvider::add(const std::string& path, std::shared_ptr<data::Dataset> dataset) {
  datasets_[path] = std::move(dataset);
}

const data::DatasetInfo* DirectProvider::info(const std::string& path) const {
  const auto found = datasets_.find(path);
  return found == datasets_.end() ? nullptr : &found->second->info();
}

void DirectProvider::open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) {
  done(replyOf<data::DatasetInfo>([&] { return opened(path); }));
}

void DirectProvider::read(const Key& key, const data::Slab& slab, data::Priority, Ticket,
                          std::function<void(Reply<data::BlockPtr>)> done) {
  done(replyOf<data::BlockPtr>([&] {
    const auto field = dataset(key.path).field(key.field);
    auto block = std::make_shared<data::Block>();
    block->slab = slab;
    block->type = field->info().type;
    const std::size_t size = block->size();
    std::shared_ptr<std::byte[]> bytes(new std::byte[size]);
    field->read(slab, {bytes.get(), size});
    block->bytes = std::shared_ptr<const std::byte>(bytes, bytes.get());
    return data::BlockPtr(block);
  }));
}

void DirectProvider::series(const Key& key, const data::Index3& voxel, int component, Ticket,
                            std::function<void(Reply<std::vector<double>>)> done) {
  done(replyOf<std::vector<double>>([&] {
    const auto field = dataset(key.path).field(key.field);
    std::vector<double> values(static_cast<std::size_t>(field->info().time.size));
    field->series(voxel, 0, field->info().time.size, component, values);
    return values;
  }));
}

void DirectProvider::statistics(const Key& key, std::int64_t time, int component, Ticket,
                                std::function<void(Reply<data::Statistics>)> done) {
  const auto name = std::tuple(key.path, key.field, time, component);
  if (const auto found = statistics_.find(name); found != statistics_.end()) return done({found->second, {}});
  auto reply =
      replyOf<data::Statistics>([&] { return data::statistics(*dataset(key.path).field(key.field), time, component); });
  if (reply.error.empty()) statistics_[name] = reply.value;
  done(std::move(reply));
}

void DirectProvider::table(const std::string& path, const std::string& name,
                           std::function<void(Reply<data::Table>)> done) {
  done(replyOf<data::Table>([&] { return dataset(path).table(name); }));
}

const geometry::GridView& DirectProvider::grids(const std::string& path) {
  static_cast<void>(dataset(path));
  auto& view = grids_[path];
  if (!view) view = std::make_unique<geometry::GridView>(datasets_.at(path));
  return *view;
}

void DirectProvider::shape(const data::ShapeRequest& request, data::Priority, Ticket,
                           std::function<void(Reply<data::ShapePtr>)> done) {
  done(
      replyOf<data::ShapePtr>([&] { return std::make_shared<const data::Shape>(grids(request.path).shape(request)); }));
}

void DirectProvider::probe(const data::ShapeRequest& request, const data::Vec3& world, Ticket,
                           std::function<void(Reply<data::GridReading>)> done) {
  done(replyOf<data::GridReading>([&] { return grids(request.path).probe(request, world); }));
}

const data::TableView& DirectProvider::view(const std::string& path, const std::string& table) {
  auto& made = tables_[{path, table}];
  if (!made) made = std::make_unique<data::TableView>(dataset(path).table(table));
  return *made;
}

void DirectProvider::rows(const data::RowsRequest& request, data::Priority, Ticket,
                          std::function<void(Reply<data::TableRows>)> done) {
  done(replyOf<data::TableRows>([&] { return view(request.path, request.table).page(request); }));
}

void DirectProvider::column(const data::ColumnRequest& request, Ticket,
                            std::function<void(Reply<data::ColumnSummary>)> done) {
  done(replyOf<data::ColumnSummary>([&] { return view(request.path, request.table).summary(request); }));
}

void DirectProvider::points(const data::PointsRequest& request, Ticket, std::function<void(Reply<data::Curve>)> done) {
  done(replyOf<data::Curve>([&] { return view(request.path, request.table).points(request); }));
}

void DirectProvider::line(const data::LineRequest& request, Ticket, std::function<void(Reply<data::Curve>)> done) {
  done(replyOf<data::Curve>([&] { return data::lineThrough(*dataset(request.path).field(request.field), request); }));
}

void DirectProvider::sky(const Key& key, const data::Vec3& index, Ticket,
                         std::function<void(Reply<data::SkyPosition>)> done) {
  done(replyOf<data::SkyPosition>([&] { return dataset(key.path).field(key.field)->skyAt(index); }));
}

void DirectProvider::compute(const std::string& what, const nlohmann::json& request, data::Priority, Ticket,
                             std::function<void(Reply<nlohmann::json>)> done) {
  done(replyOf<nlohmann::json>([&] {
    return plots_.answer(what, request, [this](const std::string& path) {
      data::Dataset& of = dataset(path);
      return plots::Source{{},
                           [&of](const std::string& name) { return of.field(name); },
                           [&of](const std::string& name) { return of.table(name); }};
    });
  }));
}

} // namespace discern::render
