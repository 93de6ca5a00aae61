// What the channel costs, against the same reads without it, in the same run:
//   a cursor move: three planes of a 256³ volume of uint16, nothing cached (target: less than 2 ms more, median)
//   a volume of 256 MiB, against copying it in memory
// Exits with 1 when the target is missed.
#include "channel/client/client.h"
#include "channel/test_dataset.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace discern;
using Clock = std::chrono::steady_clock;

namespace {

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

std::array<data::Slab, 3> planesAt(const data::Index3& cursor, const data::Index3& shape) {
  std::array<data::Slab, 3> planes;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    planes[axis].box.hi = shape;
    planes[axis].box.lo[axis] = cursor[axis];
    planes[axis].box.hi[axis] = cursor[axis] + 1;
  }
  return planes;
}

/// Reads through the client, all at once, and waits for the answers; exits when one is an error.
std::vector<data::BlockPtr> readThrough(channel::Client& client, const std::string& path,
                                        std::span<const data::Slab> slabs) {
  std::vector<data::BlockPtr> blocks(slabs.size());
  std::size_t waiting = slabs.size();
  for (std::size_t i = 0; i < slabs.size(); ++i)
    client.read({path, ""}, slabs[i], data::Priority::Cursor, {&client, static_cast<int>(i)}, [&, i](auto reply) {
      if (!reply.error.empty()) {
        std::fprintf(stderr, "%s\n", reply.error.c_str());
        std::exit(1);
      }
      blocks[i] = std::move(reply.value);
      --waiting;
    });
  while (waiting > 0)
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
  return blocks;
}

double cursorMove() {
  constexpr data::Index3 shape{256, 256, 256};
  const std::string path = "/bench.256x256x256.volume";
  const auto field = test::volumeField(shape);
  channel::Client client({.program = QStringLiteral(DISCERN_BINARY_DIR "/tests/fixture_channel_service"),
                          .cacheBytes = std::size_t{1} << 30});
  (void)readThrough(client, path, std::array{data::Slab{{{0, 0, 0}, {1, 1, 1}}, 0, 0, 0}});
  std::vector<double> direct, channel, overhead;
  for (std::int64_t step = 1; step < 255; ++step) {
    const auto planes = planesAt({step, (step * 37) % 256, (step * 101) % 256}, shape);
    auto start = Clock::now();
    std::vector<std::vector<std::byte>> copies;
    for (const data::Slab& slab : planes)
      field->read(slab, copies.emplace_back(static_cast<std::size_t>(slab.box.voxels()) * 2));
    direct.push_back(millisecondsSince(start));
    start = Clock::now();
    const auto blocks = readThrough(client, path, planes);
    channel.push_back(millisecondsSince(start));
    overhead.push_back(channel.back() - direct.back());
    for (std::size_t i = 0; i < 3; ++i)
      if (std::memcmp(blocks[i]->bytes.get(), copies[i].data(), copies[i].size()) != 0) std::exit(1);
  }
  const double median = quantile(overhead, 0.5);
  std::printf("cursor move, 3 planes of 256³ uint16, nothing cached (%zu moves)\n", overhead.size());
  std::printf("  direct           median %7.3f ms   95th percentile %7.3f ms\n", quantile(direct, 0.5),
              quantile(direct, 0.95));
  std::printf("  through channel  median %7.3f ms   95th percentile %7.3f ms\n", quantile(channel, 0.5),
              quantile(channel, 0.95));
  std::printf(
      "  overhead         median %7.3f ms   95th percentile %7.3f ms   (target: median below 2 ms, ratio to it %.2f)\n",
      median, quantile(overhead, 0.95), median / 2);
  return median;
}

void throughput() {
  constexpr data::Index3 shape{512, 512, 512};
  constexpr std::size_t bytes = std::size_t{512} * 512 * 512 * 2;
  const std::array whole{data::Slab{{{0, 0, 0}, shape}, 0, 0, 0}};
  const std::string path = "/bench.512x512x512.volume";
  channel::Client client(
      {.program = QStringLiteral(DISCERN_BINARY_DIR "/tests/fixture_channel_service"), .cacheBytes = 1});
  (void)readThrough(client, path, std::array{data::Slab{{{0, 0, 0}, {1, 1, 1}}, 0, 0, 0}});
  const std::vector<std::byte> from(bytes, std::byte{1});
  std::vector<double> warm, fresh, channel;
  std::vector<std::byte> to(bytes);
  for (int i = 0; i < 5; ++i) {
    auto start = Clock::now();
    std::memcpy(to.data(), from.data(), bytes);
    warm.push_back(millisecondsSince(start));
    start = Clock::now();
    {
      const std::unique_ptr<std::byte[]> copy(new std::byte[bytes]);
      std::memcpy(copy.get(), from.data(), bytes);
    }
    fresh.push_back(millisecondsSince(start));
    start = Clock::now();
    (void)readThrough(client, path, whole);
    channel.push_back(millisecondsSince(start));
  }
  const double gigabytes = static_cast<double>(bytes) / 1e9;
  const auto print = [&](const char* name, const std::vector<double>& times) {
    const double median = quantile(times, 0.5);
    std::printf("  %-28s %7.1f ms  %6.2f GB/s  %5.2f × memcpy to fresh memory\n", name, median,
                gigabytes / median * 1e3, quantile(fresh, 0.5) / median);
  };
  std::printf("a volume of 256 MiB\n");
  print("memcpy to memory in use", warm);
  print("memcpy to fresh memory", fresh);
  print("through the channel", channel);
}

} // namespace

int main(int argc, char** argv) {
  qputenv("TEST_SERVER_MEMORY", "4294967296");
  QCoreApplication application(argc, argv);
  const double overhead = cursorMove();
  throughput();
  return overhead < 2 ? 0 : 1;
}
