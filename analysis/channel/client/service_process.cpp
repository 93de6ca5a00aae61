#include "channel/client/service_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string_view>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace discern::channel {

namespace {

void close(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

} // namespace

ServiceProcess::ServiceProcess(const ServiceCommand& command, bool keepErrors) {
  std::vector<std::string> words = command.words, environment = command.environment;
  if (words.empty()) throw std::runtime_error("the data service can't be started: there is no command for it");
  int toService[2] = {-1, -1}, fromService[2] = {-1, -1}, said[2] = {-1, -1};
  int error = 0;
  if (::pipe2(toService, O_CLOEXEC) != 0 || ::pipe2(fromService, O_CLOEXEC) != 0 ||
      (keepErrors && ::pipe2(said, O_CLOEXEC) != 0)) {
    error = errno;
  } else {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, toService[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, fromService[1], STDOUT_FILENO);
    if (keepErrors) posix_spawn_file_actions_adddup2(&files, said[1], STDERR_FILENO);
    // What other threads of this program have open without O_CLOEXEC is none of the service's business: the pipe
    // through which D-Bus waits for its launcher would never end while the service holds it.
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    sigaddset(&standard, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::vector<char*> arguments, variables;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    for (char** each = environ; *each; ++each) {
      const std::string_view name = std::string_view(*each).substr(0, std::string_view(*each).find('=') + 1);
      const auto replaced = [name](const std::string& other) { return other.starts_with(name); };
      if (std::none_of(environment.begin(), environment.end(), replaced)) variables.push_back(*each);
    }
    for (std::string& variable : environment)
      variables.push_back(variable.data());
    variables.push_back(nullptr);
    error = ::posix_spawnp(&pid_, words.front().c_str(), &files, &attributes, arguments.data(), variables.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  close(toService[0]);
  close(fromService[1]);
  close(said[1]);
  if (error != 0) {
    close(toService[1]);
    close(fromService[0]);
    close(said[0]);
    throw std::runtime_error("the data service can't be started: " + words.front() + ": " + std::strerror(error));
  }
  input_ = toService[1];
  output_ = fromService[0];
  errors_ = said[0];
  for (const int descriptor : {input_, output_, errors_})
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  pidDescriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

void ServiceProcess::takeErrors() {
  constexpr std::size_t kept = 4096;
  std::array<char, 4096> bytes;
  while (errors_ >= 0) {
    const ssize_t count = ::read(errors_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return close(errors_);
    said_.append(bytes.data(), static_cast<std::size_t>(count));
    if (said_.size() > 2 * kept) said_.erase(0, said_.size() - kept);
  }
}

ServiceProcess::~ServiceProcess() {
  close(input_);
  close(output_);
  close(errors_);
  finish(100);
  close(pidDescriptor_);
}

std::string ServiceProcess::finish(int patience) {
  if (pid_ == 0) return end_;
  int status = 0;
  pid_t done = ::waitpid(pid_, &status, WNOHANG);
  if (done == 0 && pidDescriptor_ >= 0) {
    pollfd waiting{pidDescriptor_, POLLIN, 0};
    while (::poll(&waiting, 1, patience) < 0 && errno == EINTR) {
    }
  } else if (done == 0) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience);
    while ((done = ::waitpid(pid_, &status, WNOHANG)) == 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  if (done == 0 && (done = ::waitpid(pid_, &status, WNOHANG)) == 0) {
    ::kill(-pid_, SIGKILL); // with what it started: an ssh may have a helper
    while ((done = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {
    }
  }
  pid_ = 0;
  if (done < 0) return end_ = "unknown reason"; // somebody else waited for our child
  if (WIFEXITED(status)) exitCode_ = WEXITSTATUS(status);
  return end_ = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                    : "exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace discern::channel
