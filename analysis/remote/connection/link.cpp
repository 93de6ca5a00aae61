#include "remote/connection/link.h"

#include <chrono>
#include <poll.h>
#include <unistd.h>

namespace discern::remote {
namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

} // namespace

Link::Link(const Ssh& ssh, const std::atomic<bool>* stop) : Link(ssh, ssh.service({"agent"}), stop) {}

Link::Link(const Ssh& ssh, const std::vector<std::string>& words, const std::atomic<bool>* stop)
    : ssh_(ssh), child_(std::make_unique<Child>(words)), stop_(stop), heardAt_(seconds()) {
  reader_.setTolerant(true);
  greet();
}

Link::~Link() = default;

void Link::greet() {
  const double end = seconds() + 30; // a prologue may load modules from a slow file system
  heardAt_ = end;                    // no silence before
  while (!greeted_) {
    if (seconds() > end)
      throw HostError(Trouble::Unreachable, host() + ": discern-run didn't answer within 30 s" +
                                                (errors_.empty() ? std::string() : "\n" + errors_));
    pump(50);
  }
}

void Link::lost(const std::string& why) {
  child_->closeIn();
  const int code = child_->wait(1);
  if (!greeted_ && code >= 0) throw ssh_.explain(code, errors_ + reader_.skipped());
  throw HostError(Trouble::Unreachable, "the connection to " + host() + " was lost" + (why.empty() ? "" : ": " + why));
}

void Link::pump(int milliseconds) {
  if (stop_ && *stop_) throw HostError(Trouble::Unreachable, "stopped");
  pollfd watched[3] = {
      {child_->out(), POLLIN, 0}, {child_->err(), POLLIN, 0}, {outgoing_.empty() ? -1 : child_->in(), POLLOUT, 0}};
  if (poll(watched, 3, milliseconds) < 0 && errno != EINTR) lost("poll");
  char buffer[1 << 16];
  if (watched[1].revents) {
    const ssize_t count = read(child_->err(), buffer, sizeof buffer);
    if (count > 0 && errors_.size() < (1 << 14)) errors_.append(buffer, static_cast<std::size_t>(count));
  }
  if (watched[2].revents) {
    const ssize_t count = write(child_->in(), outgoing_.data() + sent_, outgoing_.size() - sent_);
    if (count > 0) {
      sent_ += static_cast<std::size_t>(count);
      if (sent_ == outgoing_.size() || sent_ > (8U << 20)) { // not a move for each piece
        outgoing_.erase(0, sent_);
        sent_ = 0;
      }
      heardAt_ = std::max(heardAt_, seconds()); // what is sent is taken: the link moves
    } else if (errno != EAGAIN && errno != EINTR) {
      lost({});
    }
  }
  if (watched[0].revents) {
    bool ended = false;
    for (int i = 0; i < 64; ++i) {
      const ssize_t count = read(child_->out(), buffer, sizeof buffer);
      if (count > 0) {
        reader_.add({buffer, static_cast<std::size_t>(count)});
        continue;
      }
      ended = count == 0 || (errno != EAGAIN && errno != EINTR);
      break;
    }
    heardAt_ = seconds();
    try {
      while (auto frame = reader_.next()) {
        if (!greeted_) {
          greeted_ = true;
          reader_.setTolerant(false);
          greeting_ = std::move(frame->head);
          if (greeting_["discernAgent"] != protocolVersion)
            throw HostError(Trouble::Version,
                            "discern-run on " + host() + " is of version " +
                                greeting_.value("version", std::string("unknown")) +
                                ", which speaks to other versions of Discern than this one; install the same there");
          continue;
        }
        if (frame->head.value("working", false)) continue;
        const auto id = frame->head.value("id", std::int64_t(0));
        arrived_[id] = std::move(*frame);
      }
    } catch (const HostError&) {
      throw;
    } catch (const std::exception& error) {
      lost(error.what());
    }
    if (ended && arrived_.empty()) lost(errors_);
  }
}

std::int64_t Link::send(const std::string& method, const nlohmann::json& params, std::string_view payload) {
  const std::int64_t id = ++last_;
  if (outgoing_.empty()) heardAt_ = std::max(heardAt_, seconds());
  outgoing_ += encoded({{"id", id}, {"method", method}, {"params", params}}, payload);
  return id;
}

Frame Link::receive(std::int64_t id) {
  heardAt_ = seconds();
  for (;;) {
    if (auto found = arrived_.extract(id)) {
      Frame frame = std::move(found.mapped());
      if (frame.head.contains("error")) {
        const auto& error = frame.head["error"];
        throw HostError(Trouble::Refused, error.value("message", std::string("no reason given")),
                        error.value("code", std::string("failed")));
      }
      return frame;
    }
    if (seconds() - heardAt_ > patience) lost("no answer for " + std::to_string(static_cast<int>(patience)) + " s");
    pump(50);
  }
}

Frame Link::askFrame(const std::string& method, const nlohmann::json& params, std::string_view payload) {
  return receive(send(method, params, payload));
}

nlohmann::json Link::ask(const std::string& method, const nlohmann::json& params) {
  return std::move(askFrame(method, params).head["result"]);
}

} // namespace discern::remote
