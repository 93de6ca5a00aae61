#include "io/tables/r/r_input.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace discern::io {

namespace {

constexpr std::int64_t mostTaken = 400'000'000;

std::uint32_t word(const char* raw) {
  std::uint32_t value = 0;
  std::memcpy(&value, raw, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

double realOf(const char* raw) {
  const std::uint64_t bits = std::uint64_t{word(raw)} << 32 | word(raw + 4);
  return std::bit_cast<double>(bits);
}

double wholeOf(const char* raw) {
  const auto value = static_cast<std::int32_t>(word(raw));
  return value == missingWhole ? std::numeric_limits<double>::quiet_NaN() : value;
}

} // namespace

void RInput::bytes(char* out, std::size_t count) {
  while (count > 0) {
    if (at_ == end_) {
      end_ = stream_.read(buffer_);
      at_ = 0;
      if (end_ == 0) fail("the R data ends early; the file is cut short or damaged");
    }
    const std::size_t some = std::min(count, end_ - at_);
    std::memcpy(out, buffer_.data() + at_, some);
    at_ += some;
    out += some;
    count -= some;
  }
}

std::int32_t RInput::whole() {
  char raw[4];
  bytes(raw, sizeof raw);
  return static_cast<std::int32_t>(word(raw));
}

double RInput::real() {
  char raw[8];
  bytes(raw, sizeof raw);
  return realOf(raw);
}

std::int64_t RInput::length() {
  const std::int32_t first = whole();
  if (first >= 0) return first;
  if (first != -1) fail("a vector of the R data has a negative length; the file is damaged");
  const auto high = static_cast<std::uint32_t>(whole()), low = static_cast<std::uint32_t>(whole());
  if (high > 65536) fail("a vector of the R data has an impossible length; the file is damaged");
  return static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
}

void RInput::take(std::int64_t count) {
  taken_ += count;
  if (taken_ > mostTaken)
    fail("the R data takes more than 400 MB of memory; write the parts that you need into files of their own, as "
         "NumPy, HDF5 or CSV");
}

template <typename One>
std::vector<double> RInput::many(std::int64_t count, std::size_t width, const One& one) {
  constexpr std::int64_t piece = 8192;
  if (count > mostTaken / 8) take(mostTaken + 1);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(std::min(count, piece)));
  std::vector<char> raw(static_cast<std::size_t>(std::min(count, piece)) * width);
  for (std::int64_t left = count; left > 0;) {
    const auto some = static_cast<std::size_t>(std::min(left, piece));
    take(static_cast<std::int64_t>(some) * 8);
    bytes(raw.data(), some * width);
    for (std::size_t i = 0; i < some; ++i)
      values.push_back(one(raw.data() + i * width));
    left -= static_cast<std::int64_t>(some);
  }
  return values;
}

std::vector<double> RInput::wholes(std::int64_t count) { return many(count, 4, wholeOf); }
std::vector<double> RInput::reals(std::int64_t count) { return many(count, 8, realOf); }
std::vector<double> RInput::raws(std::int64_t count) {
  return many(count, 1, [](const char* raw) { return static_cast<double>(static_cast<unsigned char>(*raw)); });
}

std::string RInput::text(std::int64_t count) {
  constexpr std::int64_t piece = 65536;
  std::string text;
  for (std::int64_t left = count; left > 0;) {
    const auto some = static_cast<std::size_t>(std::min(left, piece));
    take(static_cast<std::int64_t>(some));
    const std::size_t before = text.size();
    text.resize(before + some);
    bytes(text.data() + before, some);
    left -= static_cast<std::int64_t>(some);
  }
  return text;
}

} // namespace discern::io
