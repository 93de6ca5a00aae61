#include "remote/transfer/transfer.h"

#include "data/error.h"
#include "jobs/content_hash.h"

#include <cstring>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr std::int64_t pieceSize = 1 << 20;
/// On their way at once: 16 MB keep a link of 1 Gbit/s busy at 100 ms.
constexpr std::size_t window = 16;

class File {
public:
  File(const std::string& path, int flags) : value_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~File() {
    if (value_ >= 0) close(value_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int operator*() const { return value_; }
  [[nodiscard]] std::int64_t size() const {
    struct stat info {};
    return value_ >= 0 && fstat(value_, &info) == 0 ? info.st_size : -1;
  }

private:
  int value_;
};

std::runtime_error cannotWrite(const std::string& path) {
  return std::runtime_error(path + " can't be written: " + std::strerror(errno));
}

void tell(const TransferProgress& progress, std::int64_t done, std::int64_t total) {
  if (progress && !progress(done, total)) throw Stopped();
}

} // namespace

void upload(Link& link, const std::string& from, const std::string& to, const std::string& sha256,
            const TransferProgress& progress) {
  const File file(from, O_RDONLY);
  if (*file < 0) throw data::ReadError(from, "can't be opened: " + std::string(std::strerror(errno)));
  const std::int64_t size = file.size();
  const std::string part = to + ".part";
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Json present = link.ask("stat", {{"path", part}});
    std::int64_t at = present.value("exists", false) ? present.value("size", std::int64_t(0)) : 0;
    // The last pieces of a part may have come out of order, with a hole before them.
    at = std::max<std::int64_t>(0, std::min(at, size) - static_cast<std::int64_t>(window) * pieceSize);
    std::int64_t acknowledged = at;
    std::deque<std::pair<std::int64_t, std::int64_t>> open; // request, bytes
    std::string piece;
    if (size == 0) link.askFrame("write", {{"path", part}, {"offset", 0}});
    tell(progress, at, size);
    while (at < size || !open.empty()) {
      while (at < size && open.size() < window) {
        piece.resize(static_cast<std::size_t>(std::min(pieceSize, size - at)));
        const ssize_t count = pread(*file, piece.data(), piece.size(), at);
        if (count <= 0) throw data::ReadError(from, "it became shorter while it was sent");
        piece.resize(static_cast<std::size_t>(count));
        open.emplace_back(link.send("write", {{"path", part}, {"offset", at}}, piece), count);
        at += count;
      }
      const auto [request, bytes] = open.front();
      open.pop_front();
      [[maybe_unused]] const Frame answer = link.receive(request);
      acknowledged += bytes;
      tell(progress, acknowledged, size);
    }
    try {
      if (link.ask("publish", {{"part", part}, {"path", to}, {"sha256", sha256}}).value("ok", false)) return;
    } catch (const HostError& error) { // somebody else sent the same, and was first
      if (error.code() == "no-file" && link.ask("stat", {{"path", to}}).value("exists", false)) return;
      throw;
    }
  }
  throw HostError(Trouble::Refused, from + " arrives changed at " + link.host() + "; is it being written?", "failed");
}

void download(Link& link, const std::string& from, const std::string& to, const TransferProgress& progress) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Json info = link.ask("stat", {{"path", from}});
    if (!info.value("exists", false))
      throw HostError(Trouble::Refused, from + " is not on " + link.host() + " (any more)", "no-file");
    const std::int64_t size = info.at("size").get<std::int64_t>();
    // A part is continued only while the file over there is the same.
    const std::string part = to + "." + jobs::sha256Of(from + "\n" + info.dump()).substr(0, 12) + ".part";
    std::string arrived;
    {
      const File file(part, O_RDWR | O_CREAT);
      if (*file < 0) throw cannotWrite(part);
      std::int64_t done = std::min(file.size(), size), asked = done;
      std::optional<jobs::Sha256> hash; // of what comes in, when all of it does
      if (done == 0) hash.emplace();
      std::deque<std::pair<std::int64_t, std::int64_t>> open;
      tell(progress, done, size);
      while (done < size) {
        while (asked < size && open.size() < window) {
          const std::int64_t count = std::min(pieceSize, size - asked);
          open.emplace_back(link.send("read", {{"path", from}, {"offset", asked}, {"length", count}}), count);
          asked += count;
        }
        const auto [request, count] = open.front();
        open.pop_front();
        const Frame frame = link.receive(request);
        if (static_cast<std::int64_t>(frame.payload.size()) != count) { // it was replaced meanwhile
          for (const auto& [other, bytes] : open)
            [[maybe_unused]] const Frame ignored = link.receive(other);
          break;
        }
        if (pwrite(*file, frame.payload.data(), frame.payload.size(), done) != count) throw cannotWrite(part);
        if (hash) hash->add(frame.payload);
        done += count;
        if (done % (16 << 20) == 0) // so that there is little left to wait for at the end
          sync_file_range(*file, done - (16 << 20), 16 << 20, SYNC_FILE_RANGE_WRITE);
        tell(progress, done, size);
      }
      if (ftruncate(*file, size) != 0 || fdatasync(*file) != 0) throw cannotWrite(part);
      arrived = hash && done == size ? hash->hex() : jobs::sha256OfFile(part);
    }
    if (arrived == link.ask("hash", {{"path", from}}).at("sha256").get<std::string>()) {
      if (rename(part.c_str(), to.c_str()) != 0) throw cannotWrite(to);
      return;
    }
    unlink(part.c_str());
  }
  throw HostError(Trouble::Refused, from + " changes while it is fetched", "failed");
}

} // namespace discern::remote
