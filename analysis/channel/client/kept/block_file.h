#pragma once
#include "data/block.h"

#include <string>
#include <string_view>

namespace discern::channel {

/// What a block that is kept on disk is of.
struct BlockName {
  std::string path;     ///< the file's address, ssh://HOST/path
  std::string identity; ///< of its content, as the service there says
  std::string field;
  data::Slab slab;
  data::ScalarType type = data::ScalarType::UInt8;
  bool labels = false; ///< coarser levels of labels are made another way
};

/// Names of the folder of a file, of the folder in it of one content of that file, and of the block's file in that:
/// 32 hexadecimal digits each.
[[nodiscard]] std::string folderOfFile(const std::string& path);
[[nodiscard]] std::string folderOfContent(const std::string& identity);
[[nodiscard]] std::string fileOfBlock(const BlockName& name);

/// A block as a file: a line of JSON that says what it is of, then its values, packed as they travel.
[[nodiscard]] std::string packBlock(const BlockName& name, const data::Block& block);
/// The block of a file that packBlock() made; nullptr when it is of something else, cut short or damaged.
[[nodiscard]] data::BlockPtr unpackBlock(const BlockName& name, std::string_view file);

} // namespace discern::channel
