#pragma once
#include "io/tables/r/r_value.h"
#include "io/tables/text/byte_stream.h"

namespace discern::io {

/// Reads R's serialization in its XDR form, versions 2 and 3 ("R Internals", section 1.8; R's src/main/serialize.c).
/// A saved workspace (.rda, "RDX2", "RDX3") comes as a pairlist of its objects; what saveRDS wrote (.rds) as the value
/// itself. Throws data::ReadError: cut short, damaged, the ASCII or the machine's own form, more than 400 MB of values.
struct RContent {
  RValue::Ptr value;
  bool workspace = false;
  int version = 0;
};
[[nodiscard]] RContent readR(const std::string& path, ByteStream& stream);

} // namespace discern::io
