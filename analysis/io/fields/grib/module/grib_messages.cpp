#include "io/fields/grib/module/grib_messages.h"

#include "data/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <eccodes.h>
#include <limits>
#include <string_view>

namespace discern::io {

namespace {

constexpr std::int64_t longestMessage = 512 << 20;
constexpr std::size_t mostMessages = 200000;

void quiet(const codes_context*, int, const char*) {}

} // namespace

std::unique_lock<std::mutex> lockEccodes() {
  static std::mutex mutex;
  std::unique_lock lock(mutex);
  codes_context_set_logging_proc(codes_context_get_default(), quiet); // what goes wrong comes as a return value
  return lock;
}

GribMessage::GribMessage(const File& file, std::int64_t offset, std::int64_t length)
    : bytes_(static_cast<std::size_t>(length)) {
  file.readAt(offset, bytes_);
  handle_ = codes_handle_new_from_message(nullptr, bytes_.data(), bytes_.size());
  if (!handle_)
    throw data::ReadError(file.path(), "the GRIB message at byte " + std::to_string(offset) + " is damaged");
}

GribMessage::~GribMessage() { codes_handle_delete(handle_); }

std::string GribMessage::text(const char* key) const {
  std::array<char, 512> buffer{};
  std::size_t length = buffer.size();
  return codes_get_string(handle_, key, buffer.data(), &length) == CODES_SUCCESS ? std::string(buffer.data())
                                                                                 : std::string();
}

double GribMessage::number(const char* key, double otherwise) const {
  double value = 0;
  return codes_get_double(handle_, key, &value) == CODES_SUCCESS ? value : otherwise;
}

long GribMessage::whole(const char* key, long otherwise) const {
  long value = 0;
  return codes_get_long(handle_, key, &value) == CODES_SUCCESS ? value : otherwise;
}

std::vector<double> GribMessage::numbers(const char* key, std::size_t most) const {
  std::size_t count = 0;
  if (codes_get_size(handle_, key, &count) != CODES_SUCCESS || count == 0 || count > most) return {};
  std::vector<double> values(count);
  if (codes_get_double_array(handle_, key, values.data(), &count) != CODES_SUCCESS) return {};
  values.resize(count);
  return values;
}

std::vector<double> GribMessage::values(std::int64_t nx, std::int64_t ny) const {
  constexpr double missing = -1.0e34;
  codes_set_double(handle_, "missingValue", missing);
  const auto count = static_cast<std::size_t>(nx * ny);
  std::vector<double> values = numbers("values", count);
  if (values.size() != count) return {};
  if (whole("bitmapPresent") != 0 || whole("numberOfMissing") != 0)
    std::replace(values.begin(), values.end(), missing, std::numeric_limits<double>::quiet_NaN());
  const auto width = static_cast<std::size_t>(nx), height = static_cast<std::size_t>(ny);
  if (whole("jPointsAreConsecutive") != 0) {
    std::vector<double> turned(count);
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x)
        turned[y * width + x] = values[x * height + y];
    values.swap(turned);
  }
  if (whole("alternativeRowScanning") != 0)
    for (std::size_t y = 1; y < height; y += 2)
      std::reverse(values.begin() + static_cast<std::ptrdiff_t>(y * width),
                   values.begin() + static_cast<std::ptrdiff_t>((y + 1) * width));
  return values;
}

std::vector<GribPlace> gribPlaces(const File& file, bool& partial) {
  std::vector<GribPlace> places;
  partial = false;
  std::array<std::byte, 16> head{};
  const auto number = [&](std::size_t from, std::size_t to) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < to; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(head[i]);
    return value;
  };
  const auto is = [&](std::string_view word) {
    return std::equal(word.begin(), word.end(), head.begin(),
                      [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
  };
  for (std::int64_t at = 0; at + 16 <= file.size() && places.size() < mostMessages;) {
    file.readAt(at, head);
    if (!is("GRIB")) { // padding and bulletin headers lie between messages
      const auto next = std::find(head.begin() + 1, head.end(), static_cast<std::byte>('G'));
      at += next - head.begin();
      continue;
    }
    const std::uint64_t edition = number(7, 8);
    std::uint64_t length = edition == 2 ? number(8, 16) : number(4, 7);
    // Longer messages of edition 1 than three bytes can say have the top bit set and count in 120 bytes.
    if (edition == 1 && (length & 0x800000)) length = (length & 0x7fffff) * 120;
    if ((edition != 1 && edition != 2) || length < 16) {
      at += 4;
      continue;
    }
    if (length > static_cast<std::uint64_t>(file.size() - at)) {
      partial = true;
      break;
    }
    std::array<std::byte, 4> end{};
    file.readAt(at + static_cast<std::int64_t>(length) - 4, end);
    const bool closed = std::all_of(end.begin(), end.end(), [](std::byte b) { return b == std::byte{'7'}; });
    if ((closed || edition == 1) && length <= static_cast<std::uint64_t>(longestMessage))
      places.push_back({at, static_cast<std::int64_t>(length)});
    else
      partial = true;
    at += static_cast<std::int64_t>(length);
  }
  return places;
}

} // namespace discern::io
