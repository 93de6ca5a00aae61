#include "io/tables/records/record_value.h"

#include "data/error.h"

#include <algorithm>
#include <limits>

namespace discern::io {

namespace {

constexpr std::size_t deepest = 100;
constexpr std::int64_t mostTaken = 400'000'000;
constexpr std::int64_t exactTo = std::int64_t{1} << 53;

} // namespace

bool RecordValue::isScalarList() const {
  return kind == Kind::Numbers ||
         (kind == Kind::List &&
          std::all_of(items.begin(), items.end(), [](const RecordValue& item) { return item.isScalar(); }));
}

RecordValue RecordValue::at(std::size_t index) const {
  return kind == Kind::Numbers ? ofNumber(numbers.at(index)) : items.at(index);
}

const RecordValue* RecordValue::find(std::string_view key) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

RecordValue RecordValue::ofNumber(double number) {
  RecordValue value;
  value.kind = Kind::Number;
  value.number = number;
  return value;
}

RecordValue RecordValue::ofWhole(std::int64_t whole) {
  RecordValue value = ofNumber(static_cast<double>(whole));
  if (whole > exactTo || whole < -exactTo) value.text = std::to_string(whole);
  return value;
}

RecordValue RecordValue::ofText(std::string text) {
  RecordValue value;
  value.kind = Kind::Text;
  value.text = std::move(text);
  return value;
}

void RecordBuilder::charge(std::int64_t bytes) {
  taken_ += bytes;
  if (taken_ > mostTaken)
    throw data::ReadError(path_, "its values take more than 400 MB of memory; write the parts that you need as CSV, "
                                 "NumPy or HDF5");
}

void RecordBuilder::add(RecordValue value) {
  charge(static_cast<std::int64_t>(sizeof(RecordValue) + value.text.capacity()));
  (open_.empty() ? whole_ : open_.back().items).push_back(std::move(value));
}

void RecordBuilder::begin(RecordValue::Kind kind) {
  if (open_.size() >= deepest)
    throw data::ReadError(path_, "its values are nested more than " + std::to_string(deepest) + " deep");
  charge(sizeof(RecordValue));
  open_.emplace_back().kind = kind;
}

void RecordBuilder::key(std::string name) {
  charge(static_cast<std::int64_t>(sizeof(std::string) + name.capacity()));
  open_.back().keys.push_back(std::move(name));
}

void RecordBuilder::end() {
  RecordValue value = std::move(open_.back());
  open_.pop_back();
  const auto plain = [](const RecordValue& item) {
    return item.kind == RecordValue::Kind::Number && item.text.empty();
  };
  if (value.kind == RecordValue::Kind::List && !value.items.empty() &&
      std::all_of(value.items.begin(), value.items.end(), plain)) {
    value.kind = RecordValue::Kind::Numbers;
    value.numbers.reserve(value.items.size());
    for (const RecordValue& item : value.items)
      value.numbers.push_back(item.number);
    taken_ -= static_cast<std::int64_t>(value.items.size() * (sizeof(RecordValue) - sizeof(double)));
    value.items = {};
  } else {
    value.items.shrink_to_fit();
  }
  (open_.empty() ? whole_ : open_.back().items).push_back(std::move(value));
}

std::vector<RecordValue> RecordBuilder::take() { return std::move(whole_); }

} // namespace discern::io
