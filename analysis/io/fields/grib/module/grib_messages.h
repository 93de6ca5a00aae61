#pragma once
#include "data/field_info.h"
#include "io/file.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct grib_handle;

namespace discern::io {

/// ecCodes keeps tables of its own: one call at a time.
[[nodiscard]] std::unique_lock<std::mutex> lockEccodes();

/// A message that was taken from a file; to be used with lockEccodes() held.
class GribMessage {
public:
  /// Throws data::ReadError when ecCodes can't make sense of the bytes.
  GribMessage(const File& file, std::int64_t offset, std::int64_t length);
  ~GribMessage();
  GribMessage(const GribMessage&) = delete;
  GribMessage& operator=(const GribMessage&) = delete;
  [[nodiscard]] std::string text(const char* key) const; ///< empty when there is none
  [[nodiscard]] double number(const char* key, double otherwise = 0) const;
  [[nodiscard]] long whole(const char* key, long otherwise = 0) const;
  [[nodiscard]] std::vector<double> numbers(const char* key,
                                            std::size_t most) const; ///< empty: none, or more than that
  /// The values, x fastest in the order of the scan's rows, missing ones NaN.
  [[nodiscard]] std::vector<double> values(std::int64_t nx, std::int64_t ny) const;

private:
  std::vector<std::byte> bytes_;
  grib_handle* handle_ = nullptr;
};

/// Where a message lies.
struct GribPlace {
  std::int64_t offset = 0, length = 0;
};
/// The messages of a file, in its order, by their own lengths. `partial`: the last goes on behind the file's end, or
/// its end mark is missing.
[[nodiscard]] std::vector<GribPlace> gribPlaces(const File& file, bool& partial);

} // namespace discern::io
