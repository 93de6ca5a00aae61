#include "io/numpy/npy_header.h"

#include "data/error.h"
#include "io/fields/array/axes.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <charconv>

namespace discern::io {

namespace {

using data::ScalarType;

/// The text after `'key':` in the header, blanks removed in front.
std::string_view valueOf(std::string_view header, std::string_view key) {
  const auto at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return {};
  const auto colon = header.find(':', at);
  if (colon == std::string_view::npos) return {};
  header.remove_prefix(colon + 1);
  const auto begin = header.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{} : header.substr(begin);
}

std::optional<ScalarType> typeOf(std::string_view code) {
  if (code == "i1") return ScalarType::Int8;
  if (code == "u1" || code == "b1") return ScalarType::UInt8;
  if (code == "i2") return ScalarType::Int16;
  if (code == "u2") return ScalarType::UInt16;
  if (code == "i4") return ScalarType::Int32;
  if (code == "u4") return ScalarType::UInt32;
  if (code == "i8") return ScalarType::Int64;
  if (code == "u8") return ScalarType::UInt64;
  if (code == "f4") return ScalarType::Float32;
  if (code == "f8") return ScalarType::Float64;
  return std::nullopt;
}

} // namespace

NpyHeader npyHeader(std::span<const std::byte> head, const std::string& path) {
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(head[i]); };
  if (head.size() < 12) throw data::ReadError(path, "the NumPy header is cut short");
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (!text.starts_with("\x93NUMPY")) throw data::ReadError(path, "this does not begin like a NumPy array");
  const std::size_t before = byte(6) == 1 ? 10 : 12;
  const std::size_t length =
      byte(6) == 1 ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
  if (byte(6) < 1 || byte(6) > 3 || before + length > head.size())
    throw data::ReadError(path, "the NumPy header is damaged or cut short: version " + std::to_string(byte(6)) + ", " +
                                    std::to_string(length) + " bytes long");
  const std::string_view words = text.substr(before, length);
  NpyHeader header;
  header.data = static_cast<std::int64_t>(before + length);
  const std::string_view descr = valueOf(words, "descr");
  if (descr.size() > 2 && (descr[0] == '\'' || descr[0] == '"'))
    header.code = cleanText(descr.substr(1, descr.find(descr[0], 1) - 1));
  else
    header.code = cleanText(descr.substr(0, std::min(descr.find('\n'), std::size_t{60})));
  if (header.code.size() == 3) header.type = typeOf(std::string_view(header.code).substr(1));
  header.swapped = header.code.starts_with('>');
  header.fortran = valueOf(words, "fortran_order").starts_with("True");
  std::string_view shape = valueOf(words, "shape");
  shape = shape.substr(0, shape.find(')'));
  for (std::size_t at = 0; at < shape.size();) {
    if (shape[at] < '0' || shape[at] > '9') {
      ++at;
      continue;
    }
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(shape.data() + at, shape.data() + shape.size(), n);
    if (error != std::errc() || header.shape.size() > 8)
      throw data::ReadError(path, "the NumPy header's shape can't be read");
    header.shape.push_back(n);
    header.elements *= static_cast<double>(n);
    at = static_cast<std::size_t>(end - shape.data());
  }
  return header;
}

std::string npyAxes(std::vector<std::int64_t>& shape, const std::string& path, const std::string& name) {
  if (const auto saved = savedAxes(path, name); saved && areAxes(*saved, shape.size())) return *saved;
  if (shape.size() == 5) return "tzyxc";
  if (shape.size() > 2 && shape.back() == 1) {
    shape.pop_back();
    return guessedAxes(shape.size());
  }
  return guessedAxes(shape.size());
}

std::shared_ptr<const data::FieldSource> npyField(data::FieldInfo info, const NpyHeader& header,
                                                  const std::string& order, std::shared_ptr<const ByteSource> bytes,
                                                  const std::string& path) {
  info.type = *header.type;
  info.transform = "none";
  info.worldUnit = "px";
  const auto element = static_cast<std::int64_t>(sizeOf(info.type));
  const std::span lengths = std::span(header.shape).first(order.size());
  setShape(info, lengths, order, path);
  RawLayout layout;
  layout.base = header.data;
  layout.stored = info.type;
  layout.swapped = header.swapped;
  std::int64_t step = element;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t axis = header.fortran ? i : order.size() - 1 - i;
    layout.stride[static_cast<std::size_t>(axisOf(order[axis]))] = step;
    step *= lengths[axis];
  }
  info.levels = levelsFor(info.shape);
  return rawField(std::move(info), std::move(bytes), layout);
}

} // namespace discern::io
