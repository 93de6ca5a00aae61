#include "embedded.h"

#include <array>
#include <cstdint>
#include <fstream>

namespace discern::session {
namespace {

constexpr std::size_t most = 64U << 20U; ///< bytes of a session, as in load()

std::uint32_t bigEndian(const char* bytes) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i)
    number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

/// The text of an uncompressed iTXt chunk of our keyword: keyword, 0, 0 (plain), 0, language, 0, translated, 0, text.
std::string textOfChunk(const std::string& chunk) {
  const std::string head = std::string(embeddedKey) + '\0';
  if (chunk.compare(0, head.size(), head) != 0 || chunk.size() < head.size() + 2 || chunk[head.size()] != 0) return {};
  const std::size_t language = chunk.find('\0', head.size() + 2);
  const std::size_t translated = language == std::string::npos ? language : chunk.find('\0', language + 1);
  return translated == std::string::npos ? std::string() : chunk.substr(translated + 1);
}

std::string inPng(std::ifstream& in) {
  std::array<char, 8> head{};
  while (in.read(head.data(), head.size())) {
    const std::uint32_t length = bigEndian(head.data());
    const std::string kind(head.data() + 4, 4);
    if (kind == "IEND") return {};
    if (kind != "iTXt" || length > most) {
      in.seekg(static_cast<std::streamoff>(length) + 4, std::ios::cur);
      continue;
    }
    std::string chunk(length, '\0');
    if (!in.read(chunk.data(), static_cast<std::streamsize>(length))) return {};
    if (std::string text = textOfChunk(chunk); !text.empty()) return text;
    in.seekg(4, std::ios::cur);
  }
  return {};
}

/// Of CDATA in which "]]>" was taken apart.
std::string inSvg(std::ifstream& in, std::string text) {
  // It stands before the drawing: a file without it is not read to the end.
  const std::string open = std::string("<metadata id=\"") + embeddedKey + "\"><![CDATA[", close = "]]></metadata>";
  std::string more(1U << 16U, '\0');
  std::size_t from = std::string::npos;
  while (true) {
    if (from == std::string::npos) from = text.find(open);
    const std::size_t to = from == std::string::npos ? from : text.find(close, from);
    if (to != std::string::npos) {
      text = text.substr(from + open.size(), to - from - open.size());
      break;
    }
    if (text.size() > (from == std::string::npos ? std::size_t{1} << 16U : most)) return {};
    in.read(more.data(), static_cast<std::streamsize>(more.size()));
    if (in.gcount() == 0) return {};
    text.append(more, 0, static_cast<std::size_t>(in.gcount()));
  }
  const std::string apart = "]]]]><![CDATA[>";
  for (std::size_t at = text.find(apart); at != std::string::npos; at = text.find(apart, at))
    text.replace(at, apart.size(), "]]>");
  return text;
}

} // namespace

std::string embeddedIn(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(8, '\0');
  if (!in.read(start.data(), 8)) return {};
  if (start == "\x89PNG\r\n\x1a\n") return inPng(in);
  const std::size_t first = start.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string::npos && start[first] == '<' ? inSvg(in, start) : std::string();
}

} // namespace discern::session
