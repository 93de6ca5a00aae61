#include "field.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <vector>

namespace discern::benchmarks {

namespace {

constexpr std::size_t headerBytes = 128;

/// Each plane is a sum of waves, one factor an axis, and noise of five bits.
void fill(std::vector<std::uint16_t>& plane, std::int64_t side, std::int64_t z, const std::vector<float>& wave) {
  auto noise = static_cast<std::uint32_t>(z * 2654435761 + 1);
  std::uint16_t* to = plane.data();
  const float high = wave[static_cast<std::size_t>(z)];
  for (std::int64_t y = 0; y < side; ++y) {
    const float across = wave[static_cast<std::size_t>(y)] * high;
    for (std::int64_t x = 0; x < side; ++x) {
      noise = noise * 1664525 + 1013904223;
      *to++ = static_cast<std::uint16_t>(2000 + 1500 * across * wave[static_cast<std::size_t>(x)] + (noise >> 27));
    }
  }
}

} // namespace

std::int64_t sideOf(double gigabytes) {
  return static_cast<std::int64_t>(std::cbrt(gigabytes * 1e9 / 2) / 64 + 0.999) * 64;
}

void writeCube(const std::string& path, std::int64_t side) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::string header = "{'descr': '<u2', 'fortran_order': False, 'shape': (" + std::to_string(side) + ", " +
                       std::to_string(side) + ", " + std::to_string(side) + "), }";
  header.resize(headerBytes - 11, ' ');
  header = std::string("\x93NUMPY\x01\x00", 8) + char(headerBytes - 10) + '\0' + header + '\n';
  if (file < 0 || ::write(file, header.data(), header.size()) != static_cast<ssize_t>(header.size()))
    throw std::runtime_error(path + " can't be written");
  std::vector<float> wave;
  for (std::int64_t i = 0; i < side; ++i)
    wave.push_back(static_cast<float>(std::sin(static_cast<double>(i) / 37.0)));
  const std::size_t bytes = static_cast<std::size_t>(side * side) * 2;
  std::vector<std::thread> threads;
  for (std::int64_t worker = 0; worker < 2; ++worker)
    threads.emplace_back([&, worker] {
      std::vector<std::uint16_t> plane(static_cast<std::size_t>(side * side));
      for (std::int64_t z = worker; z < side; z += 2) {
        fill(plane, side, z, wave);
        if (::pwrite(file, plane.data(), bytes,
                     static_cast<off_t>(headerBytes + static_cast<std::size_t>(z) * bytes)) !=
            static_cast<ssize_t>(bytes))
          std::abort(); // the disk is full
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  ::close(file);
}

} // namespace discern::benchmarks
