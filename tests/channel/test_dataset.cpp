#include "channel/test_dataset.h"

#include "data/error.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <sys/resource.h>
#include <thread>

namespace discern::test {

using namespace data;

namespace {

std::vector<std::byte> numbers(std::size_t count) {
  std::vector<std::byte> bytes(count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    auto mixed = static_cast<std::uint32_t>(i) * 0x9e3779b1u; // nothing that packs
    mixed = (mixed ^ (mixed >> 15)) * 0x2c1b3c6du;
    const auto value = static_cast<std::uint16_t>(mixed >> 13);
    std::memcpy(bytes.data() + 2 * i, &value, 2);
  }
  return bytes;
}

class OneField final : public Dataset {
public:
  OneField(const std::string& path, std::shared_ptr<FieldSource> field, std::string format) : field_(std::move(field)) {
    info_.path = path;
    info_.format = std::move(format);
    info_.fields = {field_->info()};
    info_.tables = {waveTable().info};
  }
  const DatasetInfo& info() const override { return info_; }
  std::shared_ptr<const FieldSource> field(std::string_view name) const override {
    if (!name.empty() && name != field_->info().name)
      throw UsageError(info_.path + ": there is no field \"" + std::string(name) + "\"");
    return field_;
  }
  Table table(std::string_view name) const override { return name == "peaks" ? waveTable() : Dataset::table(name); }

private:
  std::shared_ptr<FieldSource> field_;
  DatasetInfo info_;
};

/// Does something before it reads.
class Reading final : public FieldSource {
public:
  Reading(std::shared_ptr<FieldSource> field, std::function<void()> before)
      : field_(std::move(field)), before_(std::move(before)) {}
  const FieldInfo& info() const override { return field_->info(); }
  void read(const Slab& slab, std::span<std::byte> out) const override {
    before_();
    field_->read(slab, out);
  }

private:
  std::shared_ptr<FieldSource> field_;
  std::function<void()> before_;
};

[[noreturn]] void die(int signal) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::abort();
}

void takeAllMemory() {
  // A terabyte, in parts that are used, so that no system can promise it away.
  std::vector<std::vector<char>> parts;
  for (int i = 0; i < 16384; ++i)
    parts.emplace_back(std::size_t{64} << 20, 'x');
}

std::shared_ptr<FieldSource> bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ReadError(path, "there is no such file");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  FieldInfo info;
  info.name = "bytes";
  info.type = ScalarType::UInt8;
  info.shape = {static_cast<std::int64_t>(text.size()), 1, 1};
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return memoryField(info, std::move(bytes));
}

} // namespace

FieldInfo waveInfo(const std::string& name) {
  FieldInfo info;
  info.name = name;
  info.type = ScalarType::UInt16;
  info.shape = {64, 48, 32};
  info.components = 2;
  info.time.size = 5;
  info.levels = 3;
  return info;
}

std::shared_ptr<FieldSource> waveField(const std::string& name) {
  return memoryField(waveInfo(name), numbers(std::size_t{64} * 48 * 32 * 5 * 2));
}

Table waveTable() {
  Table table;
  table.info = {"peaks", {"name", "height"}, {"", "m"}, 2};
  table.texts = {{"Säntis", "Tödi"}, {}};
  table.numbers = {{}, {2502, 3614}};
  return table;
}

std::shared_ptr<FieldSource> volumeField(const Index3& shape) {
  FieldInfo info;
  info.name = "volume";
  info.type = ScalarType::UInt16;
  info.shape = shape;
  if (shape[0] >= 256) info.levels = 4;
  return memoryField(info, numbers(static_cast<std::size_t>(shape[0] * shape[1] * shape[2])));
}

std::shared_ptr<Dataset> datasetOf(const std::string& path, std::shared_ptr<FieldSource> field) {
  return std::make_shared<OneField>(path, std::move(field), "test");
}

std::shared_ptr<Dataset> openTestFile(const std::string& path) {
  using std::chrono::milliseconds;
  const auto reading = [&path](std::function<void()> before) {
    return datasetOf(path, std::make_shared<Reading>(waveField(), std::move(before)));
  };
  if (path.ends_with(".wave")) return datasetOf(path, waveField());
  if (path.ends_with(".bytes")) return datasetOf(path, bytesOf(path));
  if (path.ends_with(".slow")) return reading([] { std::this_thread::sleep_for(milliseconds(30)); });
  if (path.ends_with(".crashopen")) die(SIGABRT);
  if (path.ends_with(".crashread")) return reading([] { die(SIGSEGV); });
  if (path.ends_with(".exhausting")) return reading(takeAllMemory);
  if (path.ends_with(".throwing")) return reading([] { throw 42; });
  if (path.ends_with(".printing")) {
    std::printf("{\"id\": 1, \"result\": \"printed by a library\"}\n");
    std::fflush(stdout);
    return datasetOf(path, waveField());
  }
  if (path.ends_with(".slowopen")) {
    static std::atomic<int> openings{0};
    const int count = ++openings;
    std::this_thread::sleep_for(milliseconds(100));
    return std::make_shared<OneField>(path, waveField(), "opened " + std::to_string(count));
  }
  if (path.ends_with(".volume")) {
    Index3 shape{};
    const auto dot = path.rfind('.', path.size() - 8);
    long long i = 0, j = 0, k = 0;
    if (std::sscanf(path.c_str() + dot, ".%lldx%lldx%lld", &i, &j, &k) == 3) shape = {i, j, k};
    return datasetOf(path, volumeField(shape));
  }
  throw ReadError(path, "there is no such file");
}

} // namespace discern::test
