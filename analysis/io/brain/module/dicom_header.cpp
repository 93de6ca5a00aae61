#include "io/brain/module/dicom_header.h"

#include "io/brain/volume/number_text.h"
#include "io/brain/xml/xml_tree.h"
#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace discern::io {

namespace {

constexpr std::uint32_t undefined = 0xFFFFFFFF, item = 0xFFFEE000, itemEnd = 0xFFFEE00D, sequenceEnd = 0xFFFEE0DD,
                        pixels = 0x7FE00010, syntaxTag = 0x00020010, position = 0x00200032, mostKept = 256;
constexpr int deepest = 32, mostElements = 2'000'000;

struct Element {
  std::uint32_t tag = 0, length = 0;
  std::array<char, 2> vr{};
  std::int64_t value = 0; ///< where it begins
  [[nodiscard]] bool is(std::string_view name) const { return std::string_view(vr.data(), 2) == name; }
};

class Walker {
public:
  explicit Walker(const File& file) : file_(file) {}

  DicomHeader walk() {
    std::int64_t at = 132;
    h_.syntax = "1.2.840.10008.1.2";
    while (at + 8 <= file_.size() && number(at, 2) == 2) {
      const Element e = element(at, false, file_.size());
      if (e.length == undefined) damaged(at);
      if (e.tag == syntaxTag) h_.syntax = cleanText(raw(e));
      at = e.value + e.length;
    }
    if (h_.syntax == "1.2.840.10008.1.2.1.99")
      throw data::ReadError(file_.path(), "its data set is deflated, which can't be read");
    h_.swapped = h_.syntax == "1.2.840.10008.1.2.2";
    elements(at, h_.syntax == "1.2.840.10008.1.2", file_.size(), 0);
    if (!found_)
      throw data::ReadError(file_.path(), "the DICOM file holds no pixels; it is of another kind or cut short");
    return std::move(h_);
  }

private:
  [[noreturn]] void damaged(std::int64_t at) const {
    throw data::ReadError(file_.path(), "the DICOM data element at byte " + std::to_string(at) +
                                            " is damaged or reaches beyond the end of the file (" +
                                            byteText(static_cast<double>(file_.size())) + "); it may be cut short");
  }

  [[nodiscard]] std::uint32_t number(std::int64_t at, int bytes) const {
    if (at < begin_ || at + bytes > begin_ + static_cast<std::int64_t>(window_.size())) {
      if (at + bytes > file_.size()) damaged(at);
      window_.resize(static_cast<std::size_t>(std::min<std::int64_t>(16384, file_.size() - at)));
      file_.readAt(at, window_);
      begin_ = at;
    }
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      const int from = h_.swapped ? i : bytes - 1 - i;
      value = value << 8 | std::to_integer<std::uint32_t>(window_[static_cast<std::size_t>(at - begin_ + from)]);
    }
    return value;
  }

  [[nodiscard]] std::string raw(const Element& e) const {
    std::string text(std::min<std::uint32_t>(e.length, mostKept), '\0');
    file_.readAt(e.value, std::as_writable_bytes(std::span(text)));
    return text;
  }

  /// Keeps what a short element holds.
  void keep(const Element& e, int depth) {
    if (e.length == 0 || e.length > mostKept || e.tag == pixels) return;
    if (depth == 0)
      h_.values.emplace(e.tag, raw(e));
    else if (e.tag == position && h_.positions.size() < 1'000'000)
      h_.positions.push_back(raw(e));
    if (depth > 0 && h_.nested.size() < 10000 && !h_.nested.contains(e.tag)) h_.nested.emplace(e.tag, raw(e));
  }

  Element element(std::int64_t at, bool implicit, std::int64_t end) {
    if (++count_ > mostElements || at + 8 > end) damaged(at);
    Element e;
    e.tag = number(at, 2) << 16 | number(at + 2, 2);
    if (e.tag >> 16 == 0xFFFE || implicit) {
      e.length = number(at + 4, 4);
      e.value = at + 8;
    } else {
      for (std::size_t i = 0; i < 2; ++i) {
        const bool swapped = std::exchange(h_.swapped, false);
        e.vr[i] = static_cast<char>(number(at + 4 + static_cast<std::int64_t>(i), 1));
        h_.swapped = swapped;
        if (e.vr[i] < 'A' || e.vr[i] > 'Z') damaged(at);
      }
      constexpr std::array<std::string_view, 13> wide{"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                      "SV", "UC", "UN", "UR", "UT", "UV"};
      const bool isWide = std::any_of(wide.begin(), wide.end(), [&](auto name) { return e.is(name); });
      if (isWide && at + 12 > end) damaged(at);
      e.length = isWide ? number(at + 8, 4) : number(at + 6, 2);
      e.value = at + (isWide ? 12 : 8);
    }
    if (e.length != undefined && e.value + static_cast<std::int64_t>(e.length) > end) damaged(at);
    return e;
  }

  /// Elements up to `end`, or up to the end mark of an item. Gives back where they end.
  std::int64_t elements(std::int64_t at, bool implicit, std::int64_t end, int depth, bool open = false) {
    if (depth > deepest) damaged(at);
    while (at < end) {
      const Element e = element(at, implicit, end);
      if (e.tag == itemEnd && open) return e.value;
      if (e.tag >> 16 == 0xFFFE) damaged(at);
      if (e.length == undefined) {
        at = items(e.value, implicit || e.is("UN"), end, depth + 1, e.tag == pixels, true);
      } else {
        at = e.value + e.length;
        if (e.is("SQ"))
          items(e.value, implicit, at, depth + 1, false, false);
        else
          keep(e, depth);
      }
      if (e.tag == pixels && depth == 0) {
        found_ = true;
        h_.pixelsAt = e.value;
        h_.pixelsLength = e.length == undefined ? -1 : static_cast<std::int64_t>(e.length);
        return at;
      }
    }
    if (open) damaged(at);
    return at;
  }

  /// The items of a sequence, or the fragments of packed pixels.
  std::int64_t items(std::int64_t at, bool implicit, std::int64_t end, int depth, bool fragments, bool open) {
    while (at < end) {
      const Element e = element(at, implicit, end);
      if (e.tag == sequenceEnd && open) return e.value;
      if (e.tag != item || (fragments && e.length == undefined)) damaged(at);
      if (e.length == undefined) {
        at = elements(e.value, implicit, end, depth + 1, true);
      } else {
        at = e.value + e.length;
        if (!fragments) elements(e.value, implicit, at, depth + 1);
      }
    }
    if (open) damaged(at);
    return at;
  }

  const File& file_;
  mutable std::vector<std::byte> window_;
  mutable std::int64_t begin_ = 0;
  int count_ = 0;
  bool found_ = false;
  DicomHeader h_;
};

} // namespace

std::string DicomHeader::text(Tag tag, bool within) const {
  auto at = values.find(tag);
  if (at == values.end() && (!within || (at = nested.find(tag)) == nested.end())) return {};
  return cleanText(trimmed(at->second));
}

std::optional<int> DicomHeader::whole(Tag tag) const {
  const auto at = values.find(tag);
  if (at == values.end() || at->second.size() < 2) return std::nullopt;
  const int low = static_cast<unsigned char>(at->second[0]), high = static_cast<unsigned char>(at->second[1]);
  return swapped ? low << 8 | high : high << 8 | low;
}

std::vector<double> DicomHeader::numbers(Tag tag, bool within) const { return dicomNumbers(text(tag, within)); }

std::vector<double> dicomNumbers(std::string text) {
  std::replace(text.begin(), text.end(), '\\', ' ');
  return numbersIn(text, 16);
}

DicomHeader readDicomElements(const File& file) { return Walker(file).walk(); }

} // namespace discern::io
