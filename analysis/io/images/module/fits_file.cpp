#include "fits_file.h"

#include "io/file_text.h"

#include <array>

namespace discern::io {

std::unique_lock<std::recursive_mutex> lockFits() {
  static std::recursive_mutex mutex; // a file may be closed while its opening fails
  return std::unique_lock(mutex);
}

FitsFile::FitsFile(std::shared_ptr<const File> file) : file_(std::move(file)) {
  if (path().size() >= FLEN_FILENAME - 1) throw data::ReadError(path(), "the name is too long for CFITSIO");
  int status = 0;
  fits_open_diskfile(&fits_, path().c_str(), READONLY, &status);
  must(status, "the FITS file can't be opened");
}

FitsFile::FitsFile(std::shared_ptr<const File> file, std::vector<std::byte> inflated)
    : file_(std::move(file)), inflated_(std::move(inflated)), memory_(inflated_.data()), memorySize_(inflated_.size()) {
  int status = 0;
  fits_open_memfile(&fits_, "inflated", READONLY, &memory_, &memorySize_, 0, nullptr, &status);
  must(status, "the FITS file can't be opened");
}

FitsFile::~FitsFile() {
  const auto lock = lockFits();
  int status = 0;
  if (fits_) fits_close_file(fits_, &status);
}

std::int64_t FitsFile::size() const {
  return inflated_.empty() ? file_->size() : static_cast<std::int64_t>(inflated_.size());
}

bool FitsFile::select(int number) const {
  int status = 0, type = 0;
  fits_movabs_hdu(fits_, number, &type, &status);
  if (status != 0) fits_clear_errmsg();
  return status == 0;
}

void FitsFile::must(int status, const std::string& what) const {
  if (status == 0) return;
  std::array<char, FLEN_STATUS> word{};
  fits_get_errstatus(status, word.data());
  std::array<char, FLEN_ERRMSG> message{};
  std::string reason = cleanText(word.data());
  if (fits_read_errmsg(message.data()) != 0) reason += ": " + cleanText(message.data());
  fits_clear_errmsg();
  throw data::ReadError(path(), what + " (" + reason + ")");
}

std::optional<std::string> FitsFile::text(const std::string& key) const {
  std::array<char, FLEN_VALUE> value{};
  int status = 0;
  fits_read_key(fits_, TSTRING, key.c_str(), value.data(), nullptr, &status);
  fits_clear_errmsg();
  if (status != 0) return std::nullopt;
  return cleanText(value.data());
}

std::optional<double> FitsFile::number(const std::string& key) const {
  double value = 0;
  int status = 0;
  fits_read_key(fits_, TDOUBLE, key.c_str(), &value, nullptr, &status);
  fits_clear_errmsg();
  return status == 0 ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> FitsFile::whole(const std::string& key) const {
  LONGLONG value = 0;
  int status = 0;
  fits_read_key(fits_, TLONGLONG, key.c_str(), &value, nullptr, &status);
  fits_clear_errmsg();
  return status == 0 ? std::optional<std::int64_t>(value) : std::nullopt;
}

} // namespace discern::io
