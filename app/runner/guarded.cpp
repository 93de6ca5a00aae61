#include "guarded.h"

#include "data/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace discern::runner {

namespace {

/// What came of the work, as the first letter of the answer.
enum Outcome : char { Value = 'v', Unreadable = 'r', Wrong = 'u', Failed = 'f' };

bool writeAll(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = ::write(descriptor, text.data() + done, text.size() - done);
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) done += static_cast<std::size_t>(put);
  }
  return true;
}

std::string answerOf(const std::function<std::string()>& work) {
  try {
    return char{Value} + work();
  } catch (const data::ReadError& error) {
    return char{Unreadable} + error.path() + '\0' + error.what();
  } catch (const data::UsageError& error) {
    return char{Wrong} + std::string(error.what());
  } catch (const std::exception& error) {
    return char{Failed} + std::string(error.what());
  }
}

std::string readAll(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

} // namespace

std::string guarded(const std::string& path, const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return work();
  std::fflush(nullptr);
  const pid_t parent = ::getpid(), child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return work();
  }
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::close(ends[0]);
    ::_exit(writeAll(ends[1], answerOf(work)) ? 0 : 1);
  }
  ::close(ends[1]);
  const std::string answer = readAll(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status) || answer.empty()) {
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGKILL) throw std::runtime_error("reading " + path + " was killed, perhaps for want of memory");
    throw data::ReadError(path, std::string("the library that reads this format crashed on it (") +
                                    (signal ? ::strsignal(signal) : "no answer") + "); the file is damaged");
  }
  const std::string text = answer.substr(1);
  switch (answer.front()) {
  case Value:
    return text;
  case Unreadable: {
    // The message begins with the path, which the exception adds again.
    const std::string where = text.substr(0, text.find('\0')), message = text.substr(where.size() + 1);
    throw data::ReadError(where, message.substr(std::min(message.size(), where.size() + 2)));
  }
  case Wrong:
    throw data::UsageError(text);
  default:
    throw std::runtime_error(text);
  }
}

} // namespace discern::runner
