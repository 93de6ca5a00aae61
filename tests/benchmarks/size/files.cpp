#include "files.h"

#include <cstring>
#include <fcntl.h>
#include <hdf5.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

namespace discern::benchmarks {

namespace {

void fill(std::vector<float>& volume, const Shape4& n, std::int64_t t) {
  auto noise = static_cast<std::uint32_t>(t * 2654435761 + 1);
  float* to = volume.data();
  for (std::int64_t z = 0; z < n[2]; ++z)
    for (std::int64_t y = 0; y < n[1]; ++y)
      for (std::int64_t x = 0; x < n[0]; ++x) {
        noise = noise * 1664525 + 1013904223;
        *to++ = static_cast<float>(4 * x + 2 * y + 8 * z + t + (noise >> 26)) * 0.25F;
      }
}

std::vector<char> header(const Shape4& n) {
  std::vector<char> bytes(352);
  const auto put = [&](std::size_t at, auto value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
  put(0, std::int32_t{348});
  put(40, std::int16_t{4});
  for (std::size_t a = 0; a < 4; ++a)
    put(42 + 2 * a, static_cast<std::int16_t>(n[a]));
  for (std::size_t a = 4; a < 7; ++a)
    put(42 + 2 * a, std::int16_t{1});
  put(70, std::int16_t{16}); // float32
  put(72, std::int16_t{32});
  put(76, 1.0F);
  for (std::size_t a = 0; a < 4; ++a)
    put(80 + 4 * a, 2.0F);
  put(108, 352.0F);
  bytes[123] = 2 | 8;        // mm, s
  put(254, std::int16_t{1}); // sform
  for (std::size_t row = 0; row < 3; ++row)
    put(280 + 20 * row, 2.0F);
  std::memcpy(bytes.data() + 344, "n+1", 4);
  return bytes;
}

/// Calls put(bytes, count) with the header and every volume.
template <typename F>
void eachPart(const Shape4& n, F&& put) {
  const auto head = header(n);
  put(head.data(), head.size());
  std::vector<float> volume(static_cast<std::size_t>(n[0] * n[1] * n[2]));
  for (std::int64_t t = 0; t < n[3]; ++t) {
    fill(volume, n, t);
    put(reinterpret_cast<const char*>(volume.data()), volume.size() * sizeof(float));
  }
}

void flush(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  if (file < 0 || fsync(file) != 0) throw std::runtime_error(path + " can't be flushed");
  close(file);
}

} // namespace

std::int64_t bytesOf(const Shape4& n) { return n[0] * n[1] * n[2] * n[3] * static_cast<std::int64_t>(sizeof(float)); }

void writeNifti(const std::string& path, const Shape4& shape) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  eachPart(shape, [&](const char* bytes, std::size_t count) {
    if (write(file, bytes, count) != static_cast<ssize_t>(count)) throw std::runtime_error("the disk is full");
  });
  close(file);
  flush(path);
}

void reshapeNifti(const std::string& path, const Shape4& shape) {
  const auto head = header(shape);
  const int file = open(path.c_str(), O_WRONLY);
  if (file < 0 || write(file, head.data(), head.size()) != static_cast<ssize_t>(head.size()))
    throw std::runtime_error(path + " can't be written");
  close(file);
  flush(path);
}

void writeNiftiGz(const std::string& path, const Shape4& shape) {
  gzFile file = gzopen(path.c_str(), "wb1");
  eachPart(shape, [&](const char* bytes, std::size_t count) {
    if (gzwrite(file, bytes, static_cast<unsigned>(count)) != static_cast<int>(count))
      throw std::runtime_error("the disk is full");
  });
  if (gzclose(file) != Z_OK) throw std::runtime_error("the disk is full");
  flush(path);
}

void writeHdf5(const std::string& path, const Shape4& n) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const std::array<hsize_t, 4> size{static_cast<hsize_t>(n[3]), static_cast<hsize_t>(n[2]), static_cast<hsize_t>(n[1]),
                                    static_cast<hsize_t>(n[0])};
  const std::array<hsize_t, 4> chunk{1, 32, 32, 32}, one{1, size[1], size[2], size[3]};
  const hid_t space = H5Screate_simple(4, size.data(), nullptr), memory = H5Screate_simple(4, one.data(), nullptr);
  const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(layout, 4, chunk.data());
  const hid_t data = H5Dcreate2(file, "field", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, layout, H5P_DEFAULT);
  std::vector<float> volume(static_cast<std::size_t>(n[0] * n[1] * n[2]));
  bool good = file >= 0 && data >= 0;
  for (std::int64_t t = 0; t < n[3] && good; ++t) {
    fill(volume, n, t);
    const std::array<hsize_t, 4> start{static_cast<hsize_t>(t), 0, 0, 0};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, one.data(), nullptr);
    good = H5Dwrite(data, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, volume.data()) >= 0;
  }
  H5Dclose(data);
  H5Pclose(layout);
  H5Sclose(memory);
  H5Sclose(space);
  if (H5Fclose(file) < 0 || !good) throw std::runtime_error(path + " can't be written");
  flush(path);
}

bool dropFromCache(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  if (file < 0) return false;
  struct stat status {};
  bool dropped = fstat(file, &status) == 0 && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* map = dropped ? mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
  if (map == MAP_FAILED) dropped = false;
  if (dropped) {
    std::vector<unsigned char> pages((size + 4095) / 4096);
    dropped = mincore(map, size, pages.data()) == 0;
    std::size_t left = 0;
    for (const unsigned char page : pages)
      left += page & 1;
    dropped = dropped && left * 100 < pages.size();
    munmap(map, size);
  }
  close(file);
  return dropped;
}

} // namespace discern::benchmarks
