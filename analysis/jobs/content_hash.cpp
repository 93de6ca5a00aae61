#include "jobs/content_hash.h"

#include "data/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace discern::jobs {

class Sha256::Private {
public:
  Private() : context(EVP_MD_CTX_new()) {
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1)
      throw std::runtime_error("OpenSSL gives no SHA-256");
  }
  ~Private() { EVP_MD_CTX_free(context); }
  Private(const Private&) = delete;
  Private& operator=(const Private&) = delete;
  EVP_MD_CTX* context;
};

Sha256::Sha256() : d(std::make_unique<Private>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(d->context, bytes.data(), bytes.size()); }

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(d->context, digest, &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

std::string sha256Of(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hex();
}

std::string sha256OfFile(const std::string& path, const std::atomic<bool>* stop) {
  struct File {
    explicit File(const std::string& name) : descriptor(open(name.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
      if (descriptor >= 0) close(descriptor);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int descriptor;
  };
  const File file(path);
  if (file.descriptor < 0) throw data::ReadError(path, "can't be opened: " + std::string(std::strerror(errno)));
  struct stat info {};
  if (fstat(file.descriptor, &info) == 0 && S_ISDIR(info.st_mode)) throw data::ReadError(path, "is a folder");
  Sha256 hash;
  std::string buffer(1 << 20, '\0');
  for (;;) {
    if (stop && *stop) return {};
    const ssize_t got = read(file.descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw data::ReadError(path, "reading fails: " + std::string(std::strerror(errno)));
    if (got == 0) return hash.hex();
    hash.add({buffer.data(), static_cast<std::size_t>(got)});
  }
}

} // namespace discern::jobs
