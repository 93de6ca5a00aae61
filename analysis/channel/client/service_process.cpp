#include "channel/client/service_process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
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

ServiceProcess::ServiceProcess(const std::string& program) {
  int toService[2] = {-1, -1}, fromService[2] = {-1, -1};
  int error = 0;
  if (::pipe2(toService, O_CLOEXEC) != 0 || ::pipe2(fromService, O_CLOEXEC) != 0) {
    error = errno;
  } else {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, toService[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, fromService[1], STDOUT_FILENO);
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
    std::string name = program, command = "serve";
    char* const arguments[] = {name.data(), command.data(), nullptr};
    error = ::posix_spawn(&pid_, program.c_str(), &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  close(toService[0]);
  close(fromService[1]);
  if (error != 0) {
    close(toService[1]);
    close(fromService[0]);
    throw std::runtime_error("the data service can't be started: " + program + ": " + std::strerror(error));
  }
  input_ = toService[1];
  output_ = fromService[0];
  ::fcntl(input_, F_SETFL, O_NONBLOCK);
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
  pidDescriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

ServiceProcess::~ServiceProcess() {
  close(input_);
  close(output_);
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
    ::kill(pid_, SIGKILL);
    while ((done = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {
    }
  }
  pid_ = 0;
  if (done < 0) return end_ = "unknown reason"; // somebody else waited for our child
  return end_ = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                    : "exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace discern::channel
