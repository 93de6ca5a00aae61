#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// A value of JSON or Avro.
struct RecordValue {
  enum class Kind {
    Null,
    Number, ///< `number`; `text` has the digits where a double can't hold them all
    Text,
    Bytes,   ///< in `text`
    Numbers, ///< a list of nothing but numbers, in `numbers`
    List,
    Object ///< `keys` name the items
  };
  Kind kind = Kind::Null;
  double number = 0;
  std::string text;
  std::vector<double> numbers;
  std::vector<std::string> keys;
  std::vector<RecordValue> items;

  [[nodiscard]] bool isScalar() const { return kind == Kind::Null || kind == Kind::Number || kind == Kind::Text; }
  [[nodiscard]] bool isList() const { return kind == Kind::Numbers || kind == Kind::List; }
  /// Of a list.
  [[nodiscard]] std::size_t length() const { return kind == Kind::Numbers ? numbers.size() : items.size(); }
  /// Every item of a list is a scalar.
  [[nodiscard]] bool isScalarList() const;
  /// An item of a list of scalars.
  [[nodiscard]] RecordValue at(std::size_t index) const;
  /// The item of an object under that key; nullptr when there is none.
  [[nodiscard]] const RecordValue* find(std::string_view key) const;

  [[nodiscard]] static RecordValue ofNumber(double number);
  [[nodiscard]] static RecordValue ofWhole(std::int64_t whole);
  [[nodiscard]] static RecordValue ofText(std::string text);
};

/// Puts values together as they come, in the order of a document, with a bound on depth and memory.
class RecordBuilder {
public:
  /// `path` is for messages.
  explicit RecordBuilder(const std::string& path) : path_(path) {}
  void add(RecordValue value);
  void begin(RecordValue::Kind kind);
  void key(std::string name);
  void end();
  /// The values that came at the top, one after the other.
  [[nodiscard]] std::vector<RecordValue> take();
  [[nodiscard]] std::size_t depth() const { return open_.size(); }

private:
  void charge(std::int64_t bytes);
  const std::string& path_;
  std::vector<RecordValue> open_, whole_;
  std::int64_t taken_ = 0;
};

} // namespace discern::io
