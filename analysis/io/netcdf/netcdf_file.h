#pragma once
#include "data/scalar_type.h"
#include "io/file.h"

#include <optional>
#include <string>
#include <vector>

namespace discern::io {

struct NetcdfDimension {
  int id = 0;
  std::string name;
  std::int64_t length = 0;
};

struct NetcdfVariable {
  int group = 0, id = 0;
  std::string name; ///< with the groups before it: "forecast/t2m"
  std::string shortName;
  int type = 0; ///< nc_type
  std::vector<NetcdfDimension> dimensions;
};

/// An open NetCDF file. Its members are to be called with lockHdf5() held; the destructor takes the lock itself.
class NetcdfFile {
public:
  explicit NetcdfFile(const std::string& path);
  ~NetcdfFile();
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string format() const;
  [[nodiscard]] const std::vector<NetcdfVariable>& variables() const { return variables_; }
  /// Names and values of the global attributes, as text.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> globalAttributes() const;
  /// A text attribute; empty when there is none.
  [[nodiscard]] std::string text(const NetcdfVariable& variable, const char* name) const;
  /// A numeric attribute; empty when there is none or it is text.
  [[nodiscard]] std::vector<double> numbers(const NetcdfVariable& variable, const char* name) const;
  /// Bytes of one chunk, 0 when the variable isn't chunked.
  [[nodiscard]] double chunkBytes(const NetcdfVariable& variable) const;
  /// All values of a numeric variable.
  [[nodiscard]] std::vector<double> values(const NetcdfVariable& variable) const;
  /// All texts of a variable of characters (the last dimension is their length) or of strings; empty for others, and
  /// for more than 64 MB.
  [[nodiscard]] std::vector<std::string> texts(const NetcdfVariable& variable) const;
  /// A box of a variable in its own type.
  void read(const NetcdfVariable& variable, const std::vector<std::size_t>& start,
            const std::vector<std::size_t>& count, std::byte* out) const;

private:
  void collect(int group, const std::string& prefix, int depth);
  [[noreturn]] void fail(const std::string& doing, int status) const;
  std::string path_;
  int id_ = -1;
  std::vector<NetcdfVariable> variables_;
};

/// The element type of an nc_type; nothing for text and types that the file made up.
[[nodiscard]] std::optional<data::ScalarType> netcdfType(int type);

} // namespace discern::io
