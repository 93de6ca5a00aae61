#include "sdk/program/program_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace discern::sdk {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t longestLine = 1 << 16;

/// Both ends of a pipe, closed at the end.
struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
  }
  ~Pipe() {
    closeEnd(0);
    closeEnd(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void closeEnd(std::size_t end) {
    if (ends.at(end) >= 0) close(ends.at(end));
    ends.at(end) = -1;
  }
};

std::vector<std::string> environmentWith(const std::vector<std::string>& own) {
  std::vector<std::string> all = own;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, text.find('=') + 1);
    if (std::ranges::none_of(own, [&](const std::string& mine) { return mine.starts_with(name); }))
      all.emplace_back(text);
  }
  return all;
}

std::vector<char*> pointersOf(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Cuts what comes into lines.
class Lines {
public:
  explicit Lines(const std::function<void(const std::string&)>& line) : line_(line) {}
  void add(std::string_view text) {
    for (const char letter : text) {
      if (letter == '\n' || rest_.size() >= longestLine) flush();
      if (letter != '\n') rest_ += letter;
    }
  }
  void flush() {
    if (rest_.ends_with('\r')) rest_.pop_back();
    if (line_) line_(rest_);
    rest_.clear();
  }
  [[nodiscard]] bool any() const { return !rest_.empty(); }

private:
  const std::function<void(const std::string&)>& line_;
  std::string rest_;
};

/// Reads what there is. False: the other end is closed.
bool drain(int descriptor, Lines& lines) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got > 0) {
      lines.add({buffer.data(), static_cast<std::size_t>(got)});
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && errno == EAGAIN;
  }
}

} // namespace

ProgramEnd runProgram(const ProgramStart& start) {
  std::vector<std::string> words = start.words, environment = environmentWith(start.environment);
  const std::vector<char*> argv = pointersOf(words), env = pointersOf(environment);
  Pipe output, fault; // what it prints; why it could not be started
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error(start.words.front() + " can't be started: " + std::strerror(errno));
  if (pid == 0) { // only what is safe after a fork of a process with threads
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(output.ends[1], STDOUT_FILENO);
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execve(argv.front(), argv.data(), env.data());
    const int reason = errno;
    [[maybe_unused]] const ssize_t told = write(fault.ends[1], &reason, sizeof reason);
    _exit(127);
  }
  output.closeEnd(1);
  fault.closeEnd(1);
  int reason = 0;
  if (read(fault.ends[0], &reason, sizeof reason) == sizeof reason) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    throw std::runtime_error(
        start.words.front() + " can't be started: " + std::strerror(reason) +
        (reason == ENOEXEC || reason == ENOENT ? " (is the program in its first line, #!, there?)" : ""));
  }
  fcntl(output.ends[0], F_SETFL, O_NONBLOCK);
  Lines lines(start.line);
  bool open = true, asked = false, killed = false;
  Clock::time_point askedAt;
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) throw std::runtime_error(std::string("waitpid: ") + std::strerror(errno));
    if (!asked && start.cancelled && start.cancelled()) {
      asked = true;
      askedAt = Clock::now();
      kill(pid, SIGTERM);
    } else if (asked && !killed && Clock::now() - askedAt > std::chrono::duration<double>(start.graceSeconds)) {
      killed = true;
      kill(pid, SIGKILL);
    }
    pollfd watched{output.ends[0], POLLIN, 0};
    poll(&watched, open ? 1 : 0, 20);
    if (open) open = drain(output.ends[0], lines);
  }
  if (open) drain(output.ends[0], lines);
  if (lines.any()) lines.flush();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

} // namespace discern::sdk
