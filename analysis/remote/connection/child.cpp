#include "remote/connection/child.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace discern::remote {
namespace {

using Clock = std::chrono::steady_clock;

/// Both ends are closed in other children; ours does not block.
struct Pipe {
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
  }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int take(int which) {
    const int end = std::exchange(ends[which], -1);
    fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK);
    fcntl(end, F_SETPIPE_SZ, 1 << 20); // fewer turns for large files; a smaller pipe works as well
    return end;
  }
  int ends[2] = {-1, -1};
};

} // namespace

Child::Child(const std::vector<std::string>& words, const std::vector<std::string>& environment, Terminal terminal) {
  if (words.empty()) throw std::runtime_error("no program to start");
  Pipe in, out, err;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int group = terminal == Terminal::Ours ? POSIX_SPAWN_SETPGROUP : 0;
  posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));
  std::vector<std::string> copies = words, variables = environment;
  std::vector<char*> argv, env;
  argv.reserve(copies.size() + 1);
  for (std::string& word : copies)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  env.reserve(variables.size() + 64);
  for (std::string& variable : variables)
    env.push_back(variable.data());
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text(*variable);
    const auto name = text.substr(0, text.find('=') + 1);
    if (std::ranges::none_of(environment, [&](const std::string& own) { return own.starts_with(name); }))
      env.push_back(*variable);
  }
  env.push_back(nullptr);
  const int problem = posix_spawnp(&pid_, words[0].c_str(), &actions, &attributes, argv.data(), env.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (problem != 0) {
    pid_ = -1;
    throw std::runtime_error(words[0] + " can't be started: " + std::strerror(problem));
  }
  in_ = in.take(1);
  out_ = out.take(0);
  err_ = err.take(0);
}

Child::~Child() {
  closeIn();
  if (pid_ > 0 && code_ < 0) {
    kill(pid_, SIGTERM);
    if (wait(0.5) < 0) {
      kill(pid_, SIGKILL);
      [[maybe_unused]] const int ended = wait(5);
    }
  }
  close(out_);
  close(err_);
}

void Child::closeIn() {
  if (in_ >= 0) close(std::exchange(in_, -1));
}

int Child::wait(double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (code_ < 0) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_)
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    else if (ended < 0 && errno != EINTR)
      code_ = 127;
    else if (Clock::now() >= end)
      break;
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return code_;
}

Outcome outcomeOf(const std::vector<std::string>& words, double seconds, const std::string& input,
                  const std::vector<std::string>& environment, Terminal terminal, const std::atomic<bool>* stop) {
  constexpr std::size_t keep = 1 << 20;
  Child child(words, environment, terminal);
  Outcome outcome;
  std::size_t written = 0;
  bool outOpen = true, errOpen = true;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const auto drain = [](int descriptor, std::string& text) {
    char buffer[1 << 14];
    const ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count > 0 && text.size() < keep) text.append(buffer, static_cast<std::size_t>(count));
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
  };
  while ((outOpen || errOpen) && Clock::now() < end && !(stop && *stop)) {
    if (written >= input.size()) child.closeIn();
    pollfd watched[3] = {
        {outOpen ? child.out() : -1, POLLIN, 0}, {errOpen ? child.err() : -1, POLLIN, 0}, {child.in(), POLLOUT, 0}};
    poll(watched, 3, 50);
    if (watched[0].revents) outOpen = drain(child.out(), outcome.out);
    if (watched[1].revents) errOpen = drain(child.err(), outcome.err);
    if (watched[2].revents) {
      const ssize_t count = write(child.in(), input.data() + written, input.size() - written);
      if (count > 0)
        written += static_cast<std::size_t>(count);
      else if (errno != EAGAIN && errno != EINTR)
        written = input.size();
    }
    // A daemon it left behind may hold the pipes open: what it wrote before its end has been read.
    if (!watched[0].revents && !watched[1].revents && child.wait(0) >= 0) break;
  }
  const double left = stop && *stop ? 0 : std::chrono::duration<double>(end - Clock::now()).count();
  outcome.code = child.wait(std::max(0.0, left));
  return outcome;
}

} // namespace discern::remote
