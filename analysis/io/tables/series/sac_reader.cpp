#include "io/tables/series/sac_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"
#include "io/tables/series/series_field.h"
#include "io/tables/text/cells.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::int64_t headerBytes = 632;
constexpr int undefined = -12345; ///< what SAC writes for a value it doesn't have

class Header {
public:
  Header(std::span<const std::byte> bytes, bool swapped) : bytes_(bytes), swapped_(swapped) {}
  [[nodiscard]] float real(std::size_t word) const { return std::bit_cast<float>(raw(word)); }
  [[nodiscard]] std::int32_t whole(std::size_t word) const { return std::bit_cast<std::int32_t>(raw(word)); }
  [[nodiscard]] std::string text(std::size_t word, std::size_t length = 8) const {
    const std::string value = cleanText({reinterpret_cast<const char*>(bytes_.data()) + 4 * word, length});
    return value == "-12345" ? "" : value;
  }

private:
  [[nodiscard]] std::uint32_t raw(std::size_t word) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes_.data() + 4 * word, 4);
    return swapped_ ? __builtin_bswap32(value) : value;
  }
  std::span<const std::byte> bytes_;
  bool swapped_;
};

/// A SAC header in this byte order: version, and logical values that are 0 or 1.
bool fits(const Header& header) {
  const int version = header.whole(76);
  if (version != 6 && version != 7) return false;
  const auto logical = [&](std::size_t word) { return header.whole(word) == 0 || header.whole(word) == 1; };
  return header.whole(79) >= 0 && header.whole(85) >= 1 && header.whole(85) <= 60 && logical(105) && logical(106) &&
         logical(107);
}

} // namespace

bool isSac(const Candidate& candidate) {
  if (candidate.head.size() < static_cast<std::size_t>(headerBytes) || candidate.gzip) return false;
  return fits({candidate.head, false}) || fits({candidate.head, true});
}

std::shared_ptr<data::Dataset> openSac(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const bool swapped = !fits({candidate.head, false});
  const Header header(candidate.head, swapped);
  constexpr int timeSeries = 1;
  if (header.whole(85) != timeSeries || header.whole(105) != 1)
    throw data::ReadError(path, "this SAC file holds data of type " + std::to_string(header.whole(85)) +
                                    (header.whole(105) == 1 ? "" : ", unevenly spaced") +
                                    "; evenly spaced time series are read");
  const double delta = shortestDecimal(header.real(0));
  if (!(delta > 0) || !std::isfinite(delta))
    throw data::ReadError(path, "the SAC header's sample interval is " + numberText(delta));
  std::int64_t samples = header.whole(79);
  if (samples == 0) throw data::ReadError(path, "the SAC header says that there are no samples");
  const std::int64_t room = (candidate.file->size() - headerBytes) / 4;
  data::DatasetInfo info;
  info.path = path;
  info.format = "SAC";
  if (room < samples) {
    if (room < 1)
      throw data::ReadError(path, "the header promises " + std::to_string(samples) +
                                      " samples, the file has none: it is cut short");
    info.warnings.push_back("the file is read in part: its header promises " + std::to_string(samples) +
                            " samples, it has " + std::to_string(room));
    samples = room;
  } else if (room > samples && header.whole(76) == 6) {
    info.warnings.push_back("the file has " + std::to_string(candidate.file->size() - headerBytes - 4 * samples) +
                            " bytes behind the samples that its header promises");
  }
  double start =
      header.real(5) == static_cast<float>(undefined) ? 0 : shortestDecimal(header.real(5)); // B: of the first sample
  const int year = header.whole(70), day = header.whole(71);
  if (year != undefined && year > 0 && year < 10000 && day >= 1 && day <= 366) {
    const auto part = [&](std::size_t word) { return header.whole(word) == undefined ? 0 : header.whole(word); };
    start += secondsOfDate(year, 1, 1) + 86400.0 * (day - 1) + 3600.0 * part(72) + 60.0 * part(73) + part(74) +
             part(75) / 1000.0;
  } else {
    info.warnings.push_back("the header has no date: times are counted from 1970-01-01");
  }
  if (!std::isfinite(start) || std::abs(start) > 2e11)
    throw data::ReadError(path, "the SAC header's begin time is " + numberText(start));
  std::string name;
  name = header.text(152) + "." + header.text(110) + "." + header.text(116) + "." + header.text(150);
  if (name.find_first_not_of('.') == std::string::npos) name = "trace";
  data::FieldInfo field = seriesInfo(name, start, delta, samples, data::ScalarType::Float32, "SAC");
  constexpr int displacement = 6, velocity = 7, acceleration = 8;
  if (header.whole(86) == displacement) field.quantity = "Displacement", field.unit = "nm";
  if (header.whole(86) == velocity) field.quantity = "Velocity", field.unit = "nm/s";
  if (header.whole(86) == acceleration) field.quantity = "Acceleration", field.unit = "nm/s2";
  RawLayout layout;
  layout.base = headerBytes;
  layout.stride = {4, 4, 4, 4, 4};
  layout.stored = data::ScalarType::Float32;
  layout.swapped = swapped;
  return std::make_shared<FieldsDataset>(std::move(info),
                                         std::vector{rawField(std::move(field), candidate.file, layout)});
}

} // namespace discern::io
