#include "measures.h"

#include "child.h"
#include "io/open.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

namespace discern::benchmarks {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double sum(const std::vector<std::byte>& bytes) {
  double total = 0;
  for (std::size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i, sizeof value);
    total += static_cast<double>(value);
  }
  return total;
}

/// Reads the three middle planes; their values' sum is not part of what is timed elsewhere.
std::vector<std::vector<std::byte>> planes(const data::FieldSource& field, std::int64_t time) {
  const data::Index3 shape = field.info().shape;
  std::vector<std::vector<std::byte>> out;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    data::Slab slab;
    slab.box.hi = shape;
    slab.box.lo[axis] = shape[axis] / 2;
    slab.box.hi[axis] = shape[axis] / 2 + 1;
    slab.time = time;
    field.read(slab, out.emplace_back(static_cast<std::size_t>(slab.box.voxels()) * sizeof(float)));
  }
  return out;
}

void print(const char* name, double value) { std::printf("%s %.17g\n", name, value); }

void plain(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  std::vector<char> buffer(1 << 20);
  while (read(file, buffer.data(), buffer.size()) > 0) {
  }
  close(file);
}

void inflateOnly(const std::string& path, std::int64_t count) {
  gzFile file = gzopen(path.c_str(), "rb");
  gzbuffer(file, 64 << 10);
  std::vector<char> buffer(1 << 20);
  while (count > 0) {
    const int got =
        gzread(file, buffer.data(),
               static_cast<unsigned>(std::min<std::int64_t>(count, static_cast<std::int64_t>(buffer.size()))));
    if (got <= 0) break;
    count -= got;
  }
  gzclose(file);
}

void ofField(const std::string& what, const std::string& path, const std::string& argument) {
  const auto start = Clock::now();
  const auto dataset = io::open(path);
  const auto field = dataset->field("");
  const data::Index3 shape = field->info().shape;
  const std::int64_t steps = field->info().time.size;
  if (what == "planes") {
    const auto read = planes(*field, std::stoll(argument));
    print("seconds", since(start));
    double total = 0;
    for (const auto& plane : read)
      total += sum(plane);
    print("sum", total);
  } else if (what == "series") {
    std::vector<double> values(static_cast<std::size_t>(steps));
    const data::Index3 voxel{shape[0] / 2, shape[1] / 2, shape[2] / 2};
    field->series(voxel, 0, steps, 0, values);
    const auto again = Clock::now();
    field->series(voxel, 0, steps, 0, values);
    print("seconds", since(again));
    double total = 0;
    for (const double value : values)
      total += value;
    print("sum", total);
  } else if (what == "scrub") {
    const std::int64_t count = std::min<std::int64_t>(steps, 60);
    for (std::int64_t t = 0; t < count; ++t)
      (void)planes(*field, t);
    const auto again = Clock::now();
    for (std::int64_t t = 0; t < count; ++t)
      (void)planes(*field, t);
    print("rate", static_cast<double>(count) / since(again));
  } else if (what == "pass") {
    (void)planes(*field, steps - 1);
    print("seconds", since(start));
  } else {
    data::Slab slab;
    slab.box.hi = shape;
    std::vector<std::byte> volume(static_cast<std::size_t>(slab.box.voxels()) * sizeof(float));
    for (slab.time = 0; slab.time < steps; ++slab.time)
      field->read(slab, volume);
    print("seconds", since(start));
  }
}

} // namespace

int measure(const std::string& what, const std::string& path, const std::string& argument) {
  try {
    const auto start = Clock::now();
    if (what == "plain")
      plain(path);
    else if (what == "inflate")
      inflateOnly(path, std::stoll(argument));
    else
      ofField(what, path, argument);
    if (what == "plain" || what == "inflate") print("seconds", since(start));
    print("peak", peakMegabytes());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

} // namespace discern::benchmarks
