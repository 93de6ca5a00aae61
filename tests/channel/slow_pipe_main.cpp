// A slow link, for tests and benchmarks: `fixture_slow_pipe DELAY RATE COMMAND…` runs the command, and passes its input
// and output on, each DELAY milliseconds late and at most RATE bytes a second (0: no bound). Like a long cable, it
// holds up to 64 MiB. $SLOW_PIPE_SAYS is printed before anything else, as a login would.
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

class Way {
public:
  Way(int from, int to, milliseconds delay, double rate) : from_(from), to_(to), delay_(delay), rate_(rate) {
    ::fcntl(from_, F_SETFL, O_NONBLOCK);
    ::fcntl(to_, F_SETFL, O_NONBLOCK);
  }
  [[nodiscard]] int from() const { return ended_ || held_ > most ? -1 : from_; }
  [[nodiscard]] int to() const { return !pieces_.empty() && pieces_.front().due <= Clock::now() ? to_ : -1; }
  [[nodiscard]] Clock::time_point due() const {
    return pieces_.empty() ? Clock::time_point::max() : pieces_.front().due;
  }
  [[nodiscard]] bool closed() const { return closed_; }

  void take() {
    if (from() < 0) return;
    std::string bytes(65536, '\0');
    const ssize_t count = ::read(from_, bytes.data(), bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      ended_ = true;
    } else {
      bytes.resize(static_cast<std::size_t>(count));
      // A link of that rate is busy with a piece for a while, then the piece travels.
      const auto now = Clock::now();
      free_ = std::max(free_, now);
      if (rate_ > 0)
        free_ += std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(static_cast<double>(count) / rate_));
      held_ += bytes.size();
      pieces_.push_back({free_ + delay_, std::move(bytes), 0});
    }
    finish();
  }
  void give() {
    while (to() >= 0) {
      Piece& piece = pieces_.front();
      const ssize_t count = ::write(to_, piece.bytes.data() + piece.done, piece.bytes.size() - piece.done);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count < 0) { // nobody reads any more
        pieces_.clear();
        ended_ = true;
        break;
      }
      piece.done += static_cast<std::size_t>(count);
      held_ -= static_cast<std::size_t>(count);
      if (piece.done < piece.bytes.size()) return;
      pieces_.pop_front();
    }
    finish();
  }

private:
  static constexpr std::size_t most = std::size_t{64} << 20;
  struct Piece {
    Clock::time_point due;
    std::string bytes;
    std::size_t done;
  };
  void finish() {
    if (!ended_ || !pieces_.empty() || closed_) return;
    ::close(to_);
    closed_ = true;
  }
  int from_, to_;
  milliseconds delay_;
  double rate_;
  std::deque<Piece> pieces_;
  std::size_t held_ = 0;
  Clock::time_point free_ = Clock::now();
  bool ended_ = false, closed_ = false;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::signal(SIGPIPE, SIG_IGN);
  const milliseconds delay(std::atoi(argv[1]));
  const double rate = std::atof(argv[2]);
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return 1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    ::execvp(argv[3], argv + 3);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  if (const char* words = std::getenv("SLOW_PIPE_SAYS"))
    if (::write(STDOUT_FILENO, words, std::strlen(words)) < 0) return 1;
  Way there(STDIN_FILENO, in[1], delay, rate), back(out[0], STDOUT_FILENO, delay, rate);
  while (!back.closed()) {
    std::array<pollfd, 4> files{
        pollfd{there.from(), POLLIN, 0}, {there.to(), POLLOUT, 0}, {back.from(), POLLIN, 0}, {back.to(), POLLOUT, 0}};
    const auto due = std::min(there.to() < 0 ? there.due() : Clock::time_point::max(),
                              back.to() < 0 ? back.due() : Clock::time_point::max());
    timespec wait{60, 0};
    if (due != Clock::time_point::max()) {
      const auto left = std::max<Clock::duration>(due - Clock::now(), Clock::duration::zero());
      const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
      wait = {static_cast<time_t>(nanoseconds / 1'000'000'000), static_cast<long>(nanoseconds % 1'000'000'000)};
    }
    if (::ppoll(files.data(), files.size(), &wait, nullptr) < 0 && errno != EINTR) break;
    if (files[0].revents != 0) there.take();
    if (files[2].revents != 0) back.take();
    there.give();
    back.give();
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
