#include "channel/protocol/shared_segment.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace discern::channel {

namespace {

constexpr std::string_view prefix = "/discern-";

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

[[noreturn]] void fail(const std::string& what, int error) { throw SegmentError(what + ": " + std::strerror(error)); }

std::byte* map(int descriptor, std::size_t bytes, int protection, int flags) {
  void* address = ::mmap(nullptr, bytes, protection, MAP_SHARED | flags, descriptor, 0);
  if (address == MAP_FAILED) fail("shared memory can't be mapped", errno);
  return static_cast<std::byte*>(address);
}

void reserve(int descriptor, std::size_t bytes) {
  int result = 0;
  do {
    result = ::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes));
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno != EOPNOTSUPP)
    fail("not enough shared memory for " + std::to_string(bytes) + " bytes", errno);
}

/// True for a process that has ended, whether or not its parent has noticed.
bool isDead(pid_t pid) {
  if (::kill(pid, 0) != 0) return errno == ESRCH;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  const auto name = line.rfind(')');
  return name != std::string::npos && name + 2 < line.size() && (line[name + 2] == 'Z' || line[name + 2] == 'X');
}

} // namespace

SharedSegment SharedSegment::create(std::size_t bytes) {
  // Counts for the whole process, because several clients may live in one.
  static std::atomic<unsigned long> counter{0};
  SharedSegment segment;
  Descriptor descriptor;
  do {
    segment.name_ = std::string(prefix) + std::to_string(::getpid()) + '-' + std::to_string(++counter);
    descriptor.value = ::shm_open(segment.name_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  } while (descriptor.value < 0 && errno == EEXIST);
  if (descriptor.value < 0) fail("shared memory can't be made", errno);
  segment.linked_ = true;
  if (::ftruncate(descriptor.value, static_cast<off_t>(bytes)) != 0) fail("shared memory can't be made", errno);
  segment.data_ = map(descriptor.value, bytes, PROT_READ, 0);
  segment.size_ = bytes;
  return segment;
}

SharedSegment SharedSegment::attach(const std::string& name, std::size_t bytes) {
  if (!isName(name)) throw SegmentError("\"" + name + "\" is not the name of a shared memory segment");
  SharedSegment segment;
  segment.name_ = name;
  const Descriptor descriptor{::shm_open(name.c_str(), O_RDWR | O_CLOEXEC, 0)};
  if (descriptor.value < 0) fail("the shared memory segment " + name + " can't be opened", errno);
  struct stat status {};
  if (::fstat(descriptor.value, &status) != 0) fail("the shared memory segment " + name + " can't be opened", errno);
  if (static_cast<std::uintmax_t>(status.st_size) < bytes)
    throw SegmentError("the shared memory segment " + name + " has " + std::to_string(status.st_size) + " bytes, " +
                       std::to_string(bytes) + " are needed");
  reserve(descriptor.value, bytes);
  segment.data_ = map(descriptor.value, bytes, PROT_READ | PROT_WRITE, MAP_POPULATE);
  segment.size_ = bytes;
  return segment;
}

SharedSegment::SharedSegment(SharedSegment&& other) noexcept
    : name_(std::move(other.name_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
      linked_(std::exchange(other.linked_, false)) {}

SharedSegment::~SharedSegment() {
  unlink();
  if (data_) ::munmap(data_, size_);
}

void SharedSegment::unlink() noexcept {
  if (std::exchange(linked_, false)) ::shm_unlink(name_.c_str());
}

bool SharedSegment::isName(std::string_view name) {
  if (!name.starts_with(prefix) || name.size() > 64) return false;
  name.remove_prefix(prefix.size());
  const auto dash = name.find('-');
  const auto isNumber = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return dash != std::string_view::npos && isNumber(name.substr(0, dash)) && isNumber(name.substr(dash + 1));
}

void SharedSegment::remove(const std::string& name) noexcept {
  if (isName(name)) ::shm_unlink(name.c_str());
}

int SharedSegment::removeOrphans() {
  int removed = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/dev/shm", error), end; !error && it != end; it.increment(error)) {
    const std::string name = "/" + it->path().filename().string();
    if (!isName(name)) continue;
    pid_t pid = 0;
    const char* digits = name.c_str() + prefix.size();
    if (std::from_chars(digits, name.c_str() + name.size(), pid).ec != std::errc{} || pid <= 0) continue;
    if (isDead(pid) && ::shm_unlink(name.c_str()) == 0) ++removed;
  }
  return removed;
}

} // namespace discern::channel
