#include "support/memory_provider.h"

#include "data/table/table_view.h"

#include <QTimer>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::tests {

void MemoryProvider::add(const std::string& path, data::FieldInfo info,
                         const std::function<double(std::int64_t, std::int64_t, std::int64_t, std::int64_t)>& value) {
  auto held = std::make_shared<Held>();
  held->info.path = path;
  held->info.format = "memory";
  data::FieldInfo still = info;
  still.time = {};
  for (std::int64_t t = 0; t < info.time.size; ++t) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * data::sizeOf(info.type));
    std::size_t place = 0;
    for (std::int64_t k = 0; k < info.shape[2]; ++k)
      for (std::int64_t j = 0; j < info.shape[1]; ++j)
        for (std::int64_t i = 0; i < info.shape[0]; ++i)
          data::dispatch(info.type, [&](auto tag) {
            const auto number = static_cast<typename decltype(tag)::type>(value(i, j, k, t));
            std::memcpy(bytes.data() + place, &number, sizeof number);
            place += sizeof number;
          });
    held->steps.push_back(data::memoryField(still, std::move(bytes)));
  }
  info.levels = held->steps.front()->info().levels;
  held->info.fields.push_back(std::move(info));
  data_[path] = std::move(held);
  known_[path] = true;
}

namespace {

/// The steps as one field.
class Steps final : public data::FieldSource {
public:
  Steps(data::FieldInfo info, std::vector<std::shared_ptr<data::FieldSource>> steps)
      : info_(std::move(info)), steps_(std::move(steps)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    data::Slab still = slab;
    still.time = 0;
    steps_.at(static_cast<std::size_t>(slab.time))->read(still, out);
  }

private:
  data::FieldInfo info_;
  std::vector<std::shared_ptr<data::FieldSource>> steps_;
};

} // namespace

void MemoryProvider::compute(const std::string& what, const nlohmann::json& request, data::Priority, Ticket ticket,
                             std::function<void(Reply<nlohmann::json>)> done) {
  later(ticket, [this, what, request, done = std::move(done)] {
    try {
      done({plots_.answer(what, request,
                          [this](const std::string& path) {
                            const Held& from = held(path);
                            return plots::Source{{},
                                                 [&from](const std::string&) {
                                                   return std::make_shared<Steps>(from.info.fields.front(), from.steps);
                                                 },
                                                 [&from](const std::string& name) {
                                                   return name.empty() ? from.tables.begin()->second
                                                                       : from.tables.at(name);
                                                 }};
                          }),
            {}});
    } catch (const std::exception& error) {
      done({{}, error.what()});
    }
  });
}

void MemoryProvider::rows(const data::RowsRequest& request, data::Priority, Ticket ticket,
                          std::function<void(Reply<data::TableRows>)> done) {
  later(ticket, [this, request, done = std::move(done)] {
    try {
      const auto& tables = held(request.path).tables;
      done({data::TableView(request.table.empty() ? tables.begin()->second : tables.at(request.table)).page(request),
            {}});
    } catch (const std::exception& error) {
      done({{}, error.what()});
    }
  });
}

void MemoryProvider::addTable(const std::string& path, data::Table table) {
  auto& held = data_[path];
  if (!held) {
    held = std::make_shared<Held>();
    held->info.path = path;
  }
  held->info.tables.push_back(table.info);
  const std::string name = table.info.name;
  held->tables[name] = std::move(table);
}

void MemoryProvider::hold(bool on) {
  holding_ = on;
  if (on) return;
  auto waiting = std::exchange(waiting_, {});
  for (auto& reply : waiting)
    QTimer::singleShot(0, &context_, std::move(reply));
}

void MemoryProvider::later(std::function<void()> reply) {
  if (holding_)
    waiting_.push_back(std::move(reply));
  else
    QTimer::singleShot(0, &context_, std::move(reply));
}

void MemoryProvider::later(const Ticket& ticket, std::function<void()> reply) {
  const auto key = std::pair{ticket.owner, ticket.purpose};
  const int mine = ++turn_[key];
  later([this, key, mine, reply = std::move(reply)] {
    if (turn_[key] == mine) reply();
  });
}

const data::DatasetInfo* MemoryProvider::info(const std::string& path) const {
  const auto found = data_.find(path);
  return found != data_.end() && known_.contains(path) ? &found->second->info : nullptr;
}

void MemoryProvider::open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) {
  later([this, path, done = std::move(done)] {
    if (!data_.contains(path)) return done({{}, path + ": there is no such file"});
    known_[path] = true;
    done({data_.at(path)->info, {}});
  });
}

void MemoryProvider::read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
                          std::function<void(Reply<data::BlockPtr>)> done) {
  ++reads_;
  if (priority == data::Priority::Background) ++backgroundReads_;
  later(ticket, [this, key, slab, done = std::move(done)] {
    const Held& from = held(key.path);
    data::Slab still = slab;
    still.time = 0;
    auto block = std::make_shared<data::Block>();
    block->slab = slab;
    block->type = from.info.fields.front().type;
    std::shared_ptr<std::byte> bytes(new std::byte[block->size()], std::default_delete<std::byte[]>());
    from.steps.at(static_cast<std::size_t>(slab.time))->read(still, {bytes.get(), block->size()});
    block->bytes = bytes;
    done({block, {}});
  });
}

void MemoryProvider::series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
                            std::function<void(Reply<std::vector<double>>)> done) {
  later(ticket, [this, key, voxel, component, done = std::move(done)] {
    std::vector<double> values;
    for (const auto& step : held(key.path).steps) {
      double value = 0;
      step->series(voxel, 0, 1, component, {&value, 1});
      values.push_back(value);
    }
    done({values, {}});
  });
}

void MemoryProvider::statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                                std::function<void(Reply<data::Statistics>)> done) {
  later(ticket, [this, key, time, component, done = std::move(done)] {
    done({data::statistics(*held(key.path).steps.at(static_cast<std::size_t>(time)), 0, component), {}});
  });
}

void MemoryProvider::table(const std::string& path, const std::string& name,
                           std::function<void(Reply<data::Table>)> done) {
  later([this, path, name, done = std::move(done)] {
    const auto found = data_.find(path);
    if (found == data_.end() || !found->second->tables.contains(name))
      return done({{}, path + ": there is no table \"" + name + "\""});
    done({found->second->tables.at(name), {}});
  });
}

} // namespace discern::tests
