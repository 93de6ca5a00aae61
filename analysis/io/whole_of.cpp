#include "io/whole_of.h"

#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <vector>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t longestHeader = 64 << 10;
constexpr int mostFiles = 2000; ///< of a folder that are looked at

bool isThere(const fs::path& path) {
  std::error_code unknown;
  return fs::is_regular_file(path, unknown);
}

/// `name` stands in `text` with something else than a name's letters on both sides.
bool names(std::string_view text, std::string_view name) {
  const auto inName = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  };
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !inName(text[at - 1])) && (end == text.size() || !inName(text[end]))) return true;
  }
  return false;
}

/// A header in the same folder that names the file.
std::string headerNaming(const fs::path& file) {
  constexpr std::array suffixes{".case", ".mhd", ".nhdr"};
  std::vector<fs::path> headers;
  std::error_code problem;
  int looked = 0;
  for (fs::directory_iterator it(file.parent_path(), problem), end; !problem && it != end && ++looked < mostFiles;
       it.increment(problem)) {
    const std::string name = lowerCase(it->path().string());
    if (std::any_of(suffixes.begin(), suffixes.end(), [&](const char* s) { return name.ends_with(s); }) &&
        it->path() != file && isThere(it->path()))
      headers.push_back(it->path());
  }
  std::sort(headers.begin(), headers.end());
  for (const fs::path& header : headers) {
    try {
      const File opened(header.string());
      const auto head = opened.head(longestHeader);
      if (names({reinterpret_cast<const char*>(head.data()), head.size()}, file.filename().string()))
        return header.string();
    } catch (const data::ReadError&) { // one that can't be read names nothing
      continue;
    }
  }
  return {};
}

} // namespace

std::string wholeOf(const std::string& path) {
  std::error_code problem;
  const fs::path file = fs::absolute(path, problem);
  if (problem) return {};
  const std::string name = file.filename().string();
  const fs::path level = file.parent_path(), plotfile = level.parent_path();
  if ((name == "Cell_H" || name.starts_with("Cell_D_")) && level.filename().string().starts_with("Level_") &&
      isThere(plotfile / "Header"))
    return plotfile.string();
  const fs::path enzo = file.extension() == ".boundary" ? file.parent_path() / file.stem() : file;
  if (isThere(enzo.string() + ".hierarchy")) return enzo.string() + ".hierarchy";
  return headerNaming(file);
}

} // namespace discern::io
