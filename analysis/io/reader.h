#pragma once
#include "data/error.h"
#include "data/field_source.h"
#include "io/file.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// A file that some reader may know, and how it begins.
struct Candidate {
  std::shared_ptr<const File> file;
  std::vector<std::byte> head; ///< the first bytes, at most 4096; of gzip: the inflated ones
  bool gzip = false;

  [[nodiscard]] const std::string& path() const { return file->path(); }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(head.data()), head.size()}; }
  [[nodiscard]] bool begins(std::string_view magic, std::size_t at = 0) const {
    return text().size() >= at + magic.size() && text().substr(at, magic.size()) == magic;
  }
  /// No control characters in the head, so far as a text file of any language goes.
  [[nodiscard]] bool isText() const;
  /// The whole content, inflated when gzip. Throws ReadError when it is more than `most` bytes, naming both.
  [[nodiscard]] std::vector<std::byte> content(std::int64_t most) const;
};

/// One format, or several that share a reader. A reader looks at content first; where content can't tell (tables,
/// headerless binaries), `recognises` may also look at the name.
struct Reader {
  std::vector<std::string_view> formats; ///< for messages and `discern-run info --formats`
  bool (*recognises)(const Candidate&);
  std::shared_ptr<data::Dataset> (*open)(const Candidate&);
};

/// A format that is a folder of files.
struct FolderReader {
  std::vector<std::string_view> formats;
  bool (*recognises)(const std::string& folder);
  std::shared_ptr<data::Dataset> (*open)(const std::string& folder);
};

/// Every reader there is, asked in this order: the more telling the mark, the earlier.
[[nodiscard]] const std::vector<Reader>& readers();
[[nodiscard]] const std::vector<FolderReader>& folderReaders();

} // namespace discern::io
