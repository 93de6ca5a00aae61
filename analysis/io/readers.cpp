#include "io/groups.h"

namespace discern::io {

const std::vector<Reader>& readers() {
  static const std::vector<Reader> all = [] {
    std::vector<Reader> list;
    for (const auto group :
         {brainReaders, gridReaders, imageReaders, matterReaders, fieldReaders, archiveReaders, tableReaders}) {
      const auto some = group();
      list.insert(list.end(), some.begin(), some.end());
    }
    return list;
  }();
  return all;
}

const std::vector<FolderReader>& folderReaders() {
  static const std::vector<FolderReader> all = [] {
    std::vector<FolderReader> list;
    for (const auto group : {brainFolders, gridFolders, fieldFolders}) {
      const auto some = group();
      list.insert(list.end(), some.begin(), some.end());
    }
    return list;
  }();
  return all;
}

} // namespace discern::io
