#pragma once
#include "data/error.h"
#include "io/tables/text/byte_stream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace discern::io {

/// Big-endian numbers from a stream, with a bound on what they may take in memory together.
class RInput {
public:
  RInput(const std::string& path, ByteStream& stream) : path_(path), stream_(stream), buffer_(1 << 16) {}
  [[nodiscard]] const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& problem) const { throw data::ReadError(path_, problem); }

  void bytes(char* out, std::size_t count);
  std::int32_t whole();
  double real();
  /// A length: 32 bits, or −1 and 64 bits. Throws for a negative one.
  std::int64_t length();
  /// So many more bytes of memory are taken.
  void take(std::int64_t count);
  // So many numbers, or letters. They grow as bytes arrive, so that a length that lies takes no memory.
  std::vector<double> wholes(std::int64_t count);
  std::vector<double> reals(std::int64_t count);
  std::vector<double> raws(std::int64_t count);
  std::string text(std::int64_t count);

private:
  template <typename One>
  std::vector<double> many(std::int64_t count, std::size_t width, const One& one);
  const std::string& path_;
  ByteStream& stream_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::int64_t taken_ = 0;
};

/// R's missing whole number.
inline constexpr std::int32_t missingWhole = INT32_MIN;

} // namespace discern::io
