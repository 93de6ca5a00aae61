#include "io/tables/json/json_reader.h"

#include "io/file_text.h"
#include "io/tables/records/record_parts.h"
#include "io/tables/text/byte_stream.h"
#include "io/tables/text/cells.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::io {

namespace {

constexpr std::size_t mostText = 200'000'000;

/// Hands the parser's events to a builder.
class Handler final : public nlohmann::json::json_sax_t {
public:
  explicit Handler(RecordBuilder& builder) : builder_(builder) {}
  std::size_t position = 0; ///< of the first error, in bytes
  std::string problem;

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(RecordValue::ofNumber(value ? 1 : 0)); }
  bool number_integer(number_integer_t value) override { return put(RecordValue::ofWhole(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
      return put(RecordValue::ofWhole(static_cast<std::int64_t>(value)));
    RecordValue large = RecordValue::ofNumber(static_cast<double>(value));
    large.text = std::to_string(value);
    return put(std::move(large));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(RecordValue::ofNumber(value)); }
  bool string(string_t& value) override { return put(RecordValue::ofText(std::move(value))); }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return begin(RecordValue::Kind::Object); }
  bool key(string_t& name) override {
    builder_.key(cleanText(name));
    return true;
  }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(RecordValue::Kind::List); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t at, const std::string& token, const nlohmann::detail::exception&) override {
    position = at;
    problem = "found \"" + cleanText(token.substr(0, 40)) + "\"";
    return false;
  }

private:
  bool put(RecordValue value) {
    builder_.add(std::move(value));
    return true;
  }
  bool begin(RecordValue::Kind kind) {
    builder_.begin(kind);
    return true;
  }
  bool end() {
    builder_.end();
    return true;
  }
  RecordBuilder& builder_;
};

std::string textOf(const std::shared_ptr<const File>& file) {
  const auto stream = streamOf(file);
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + (1 << 20));
    const std::size_t got = stream->read(std::span(text).subspan(before));
    text.resize(before + got);
    if (got < (1 << 20)) return text;
    if (text.size() > mostText)
      throw data::ReadError(file->path(), "the JSON has more than " + byteText(mostText) +
                                              "; such tables are better kept as CSV, NumPy or HDF5");
  }
}

/// An object in the first line, another in the second.
bool isLines(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || text.empty() || text.front() != '{') return false;
  const auto first = trimmed(text.substr(0, end)), second = trimmed(text.substr(end + 1, 4096));
  return first.ends_with('}') && second.starts_with('{') && nlohmann::json::accept(first);
}

/// Without the byte order mark and blanks before it.
std::string_view contentOf(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
    text.remove_prefix(1);
  return text;
}

/// "line 3, column 14" of a byte of `part`, which lies in `whole`; both count from 1.
std::string placeOf(std::string_view whole, std::string_view part, std::size_t byte) {
  const auto end = std::min(static_cast<std::size_t>(part.data() - whole.data()) + byte, whole.size());
  const std::string_view before = whole.substr(0, end > 0 ? end - 1 : 0);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "line " + std::to_string(lines + 1) + ", column " + std::to_string(before.size() - start + 1);
}

RecordValue readJson(const std::shared_ptr<const File>& file) {
  const std::string content = textOf(file);
  std::string_view text = contentOf(content);
  RecordBuilder builder(file->path());
  Handler handler(builder);
  const bool lines = isLines(text);
  while (!text.empty()) {
    const std::size_t end = lines ? std::min(text.find('\n'), text.size()) : text.size();
    const std::string_view one = text.substr(0, end);
    if (!trimmed(one).empty() && !nlohmann::json::sax_parse(one.begin(), one.end(), &handler))
      throw data::ReadError(file->path(), "it begins as JSON, but is damaged or cut short at " +
                                              placeOf(content, one, handler.position) + ": " + handler.problem);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  auto values = builder.take();
  if (values.size() == 1) return std::move(values.front());
  RecordValue list;
  list.kind = RecordValue::Kind::List;
  list.items = std::move(values);
  return list;
}

} // namespace

bool isJson(const Candidate& candidate) {
  const std::string head = candidateText(candidate);
  if (std::any_of(head.begin(), head.end(), [](char c) { return static_cast<unsigned char>(c) < 9; })) return false;
  std::string_view text = contentOf(head);
  const bool object = text.starts_with('{');
  if (!object && !text.starts_with('[')) return false;
  text = contentOf(text.substr(1));
  if (text.empty()) return false;
  if (object) return text.front() == '"' || text.front() == '}';
  const std::string name = lowerCase(candidate.path());
  // "[1, 2" is also how other texts begin: there the name decides.
  return text.front() == '{' || text.front() == '[' || text.front() == '"' || name.find(".json") != std::string::npos;
}

std::shared_ptr<data::Dataset> openJson(const Candidate& candidate) {
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = isLines(contentOf(textHead(candidate.file, 1 << 20))) ? "JSON Lines" : "JSON";
  const auto read = [file = candidate.file, format = info.format] {
    return partsOf(readJson(file), format, stemOf(file->path()));
  };
  return recordDataset(std::move(info), read);
}

} // namespace discern::io
