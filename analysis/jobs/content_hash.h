#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace discern::jobs {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces; OpenSSL's, which uses the processor's instructions for it.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// In lower-case hexadecimal. Nothing can be added after.
  [[nodiscard]] std::string hex();

private:
  class Private;
  std::unique_ptr<Private> d;
};

/// SHA-256 of a file's content, in lower-case hexadecimal. Throws data::ReadError. Returns an empty string when `stop`
/// becomes true.
[[nodiscard]] std::string sha256OfFile(const std::string& path, const std::atomic<bool>* stop = nullptr);
[[nodiscard]] std::string sha256Of(std::string_view text);

} // namespace discern::jobs
