#include "channel/client/kept/block_file.h"

#include "channel/protocol/message.h"
#include "channel/protocol/packing.h"

#include <QCryptographicHash>
#include <cstring>
#include <nlohmann/json.hpp>

namespace discern::channel {

using nlohmann::json;

namespace {

constexpr int formatVersion = 2;
constexpr std::size_t piece = std::size_t{1} << 20;          ///< bytes that are packed at once
enum Form : int { AsItIs = 0, Squeezed = 1, Predicted = 2 }; ///< of a piece
constexpr std::size_t longestHead = std::size_t{1} << 20;

std::string text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// SHA-1, in hexadecimal. It is to tell damage and names apart, not to withstand an enemy.
std::string hashOf(std::string_view bytes) {
  QCryptographicHash hash(QCryptographicHash::Sha1);
  hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
  return hash.result().toHex().toStdString();
}

std::string nameOf(std::string_view what) { return hashOf(what).substr(0, 32); }

json subject(const BlockName& name) {
  return {{"path", name.path}, {"identity", name.identity},       {"field", name.field},
          {"slab", name.slab}, {"type", data::nameOf(name.type)}, {"labels", name.labels}};
}

} // namespace

std::string folderOfFile(const std::string& path) { return nameOf(path); }
std::string folderOfContent(const std::string& identity) { return nameOf(identity); }
std::string fileOfBlock(const BlockName& name) { return nameOf(text(subject(name))); }

std::string packBlock(const BlockName& name, const data::Block& block) {
  const std::size_t element = data::sizeOf(block.type);
  const std::string_view all(reinterpret_cast<const char*>(block.bytes.get()), block.size());
  const std::size_t row = rowOf(block.slab.box);
  json pieces = json::array();
  std::string packed;
  packed.reserve(all.size() / 2);
  for (std::size_t at = 0; at < all.size(); at += piece) {
    const std::string_view bytes = all.substr(at, piece);
    const auto smaller = pack(bytes, element, row);
    const std::string_view kept = smaller ? std::string_view(smaller->bytes) : bytes;
    packed += kept;
    pieces.push_back({kept.size(), !smaller ? AsItIs : smaller->row > 0 ? Predicted : Squeezed});
  }
  const json head{{"discern block", formatVersion},
                  {"of", subject(name)},
                  {"bytes", all.size()},
                  {"sum", hashOf(packed)},
                  {"pieces", std::move(pieces)}};
  return text(head) + '\n' + packed;
}

data::BlockPtr unpackBlock(const BlockName& name, std::string_view file) {
  const std::size_t end = file.substr(0, longestHead).find('\n');
  if (end == std::string_view::npos) return nullptr;
  const json head = json::parse(file.substr(0, end), nullptr, false);
  const std::string_view packed = file.substr(end + 1);
  auto block = std::make_shared<data::Block>();
  block->slab = name.slab;
  block->type = name.type;
  const std::size_t bytes = block->size();
  try {
    if (head.at("discern block") != formatVersion || text(head.at("of")) != text(subject(name)) ||
        head.at("bytes") != bytes || head.at("sum") != hashOf(packed))
      return nullptr;
    const json& pieces = head.at("pieces");
    if (!pieces.is_array() || pieces.size() != (bytes + piece - 1) / piece) return nullptr;
    const std::shared_ptr<std::byte[]> values(new std::byte[bytes]);
    std::size_t from = 0, to = 0;
    for (const json& each : pieces) {
      const auto size = each.at(0).get<std::size_t>(), whole = std::min(piece, bytes - to);
      const int form = each.at(1).get<int>();
      if (size > packed.size() - from || (form == AsItIs && size != whole)) return nullptr;
      std::byte* const target = values.get() + to;
      if (form == AsItIs)
        std::memcpy(target, packed.data() + from, size);
      else if (!unpack(packed.substr(from, size), data::sizeOf(name.type), form == Predicted ? rowOf(name.slab.box) : 0,
                       {target, whole}))
        return nullptr;
      from += size;
      to += whole;
    }
    if (from != packed.size()) return nullptr;
    block->bytes = {values, values.get()};
    return block;
  } catch (const json::exception&) {
    return nullptr;
  }
}

} // namespace discern::channel
