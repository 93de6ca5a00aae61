#pragma once
#include "data/error.h"
#include "io/file.h"

#include <fitsio.h>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// Held around every call of CFITSIO and wcslib: handles share state inside them.
[[nodiscard]] std::unique_lock<std::recursive_mutex> lockFits();

/// A FITS file opened by CFITSIO (https://fits.gsfc.nasa.gov/fits_standard.html), from disk or, inflated, from memory.
/// Its members need lockFits() held; its end takes it.
class FitsFile {
public:
  explicit FitsFile(std::shared_ptr<const File> file);
  FitsFile(std::shared_ptr<const File> file, std::vector<std::byte> inflated);
  ~FitsFile();
  FitsFile(const FitsFile&) = delete;
  FitsFile& operator=(const FitsFile&) = delete;

  [[nodiscard]] fitsfile* get() const { return fits_; }
  [[nodiscard]] const std::string& path() const { return file_->path(); }
  [[nodiscard]] std::int64_t size() const;
  /// The file itself where its bytes are FITS as they are; nullptr where it was inflated.
  [[nodiscard]] std::shared_ptr<const File> plain() const { return inflated_.empty() ? file_ : nullptr; }
  /// Makes HDU `number` (from 1) current. False when there is none.
  [[nodiscard]] bool select(int number) const;
  /// Throws data::ReadError with CFITSIO's own words unless `status` is 0.
  void must(int status, const std::string& what) const;

  /// A keyword of the current HDU; nothing where it is missing or of another kind.
  [[nodiscard]] std::optional<std::string> text(const std::string& key) const;
  [[nodiscard]] std::optional<double> number(const std::string& key) const;
  [[nodiscard]] std::optional<std::int64_t> whole(const std::string& key) const;

private:
  std::shared_ptr<const File> file_;
  std::vector<std::byte> inflated_;
  void* memory_ = nullptr;
  std::size_t memorySize_ = 0;
  fitsfile* fits_ = nullptr;
};

} // namespace discern::io
