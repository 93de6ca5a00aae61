#include "channel/client/service_link.h"

#include "channel/client/block_cache.h"
#include "channel/client/crash_record.h"
#include "channel/client/decode.h"
#include "channel/client/service_pipe.h"
#include "channel/protocol/message.h"
#include "channel/protocol/shared_segment.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <mutex>
#include <optional>
#include <poll.h>
#include <set>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace discern::channel {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds helloPatience{15}; ///< for the first answer of a service that was started
constexpr int maxCrashes = 2;        ///< of the service, while it worked on a request
constexpr int maxSent = 4;           ///< times that a request is asked
constexpr int maxFailedStarts = 3;   ///< in a row, before whoever waits is told

struct Cancel {
  std::int64_t id;
};
struct Raise {
  std::int64_t id;
  int priority;
};
struct Close {
  std::string path;
};
struct Cut {
  std::int64_t id;
  data::BlockPtr block;
  data::Slab part;
};
using Order = std::variant<Ask, Cancel, Raise, Close, Cut>;

/// A request without an answer.
struct Item {
  enum class State { Waiting, Sent, Begun };
  Ask ask;
  State state = State::Waiting;
  std::shared_ptr<SharedSegment> segment;
  bool raw = false; ///< the payload comes through the pipe, because shared memory can't be had
  int crashes = 0, sent = 0;
};

std::string readingOf(const Ask& ask) {
  if (ask.path.empty()) return "while working on \"" + ask.method + "\"";
  return ask.method == "open" ? "while opening it" : "while reading it";
}

} // namespace

class ServiceLink::Private {
public:
  Private(std::vector<std::string> candidates, std::function<void()> notify)
      : candidates_(std::move(candidates)), notify_(std::move(notify)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        thread_([this] { run(); }) {}
  ~Private() {
    stopping_ = true;
    ::eventfd_write(wake_, 1);
    thread_.join();
    ::close(wake_);
  }

  void order(Order order) {
    bool first = false;
    {
      const std::lock_guard lock(inMutex_);
      first = inbox_.empty();
      inbox_.push_back(std::move(order));
    }
    if (first) ::eventfd_write(wake_, 1);
  }
  std::vector<Event> take() {
    const std::lock_guard lock(outMutex_);
    return std::exchange(outbox_, {});
  }
  std::atomic<std::int64_t> pid{0};

private:
  void run();
  void wait();
  void takeInbox();
  void obey(Ask ask);
  void obey(const Cancel& cancel);
  void obey(const Raise& raise);
  void obey(const Close& close);
  void obey(const Cut& order);
  void start();
  void drop();
  void sendWaiting();
  void send(Item& item);
  bool understand(json& message, ServicePipe::Payload payload);
  void greeted(const json& message);
  void answered(std::int64_t id, json& result, ServicePipe::Payload payload);
  void refused(std::int64_t id, const json& error);
  void ended(const std::string& how);
  void blame(const std::string& how);
  void failAll(const std::string& why);
  void fail(const Ask& ask, const std::string& why);
  void publish(Event event);
  void erase(std::map<std::int64_t, Item>::iterator item);
  std::int64_t internalId() { return --internalIds_; }

  const std::vector<std::string> candidates_;
  const std::function<void()> notify_;
  const int wake_;

  std::mutex inMutex_, outMutex_;
  std::vector<Order> inbox_;
  std::vector<Event> outbox_;
  std::atomic<bool> stopping_{false};

  // Only the link's own thread touches what follows.
  std::unique_ptr<ServicePipe> service_;
  std::string program_;
  std::map<std::int64_t, Item> items_;
  std::vector<std::int64_t> waiting_; ///< to be sent, in order
  std::int64_t suspect_ = 0;          ///< the one request with the service that killed it before; they go one by one
  std::int64_t hello_ = 0, internalIds_ = 0;
  bool greeted_ = false, misfit_ = false; ///< it said hello; it speaks another version
  Clock::time_point helloDeadline_, nextStart_;
  CrashRecord record_;
  int failedStarts_ = 0;
  std::string restartReason_; ///< to be told when the service is back; empty: it did not crash
  std::set<std::string> known_;
  std::thread thread_; ///< the last member: it uses the others
};

void ServiceLink::Private::run() {
  sigset_t brokenPipe; // writing to a service that is gone is an error, not a signal
  sigemptyset(&brokenPipe);
  sigaddset(&brokenPipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
  SharedSegment::removeOrphans();
  nextStart_ = Clock::now();
  while (!stopping_) {
    takeInbox();
    const bool wanted = failedStarts_ == 0 || !items_.empty();
    if (!service_ && wanted && Clock::now() >= nextStart_) start();
    if (service_) {
      sendWaiting();
      service_->flush();
    }
    wait();
  }
  service_.reset();
  pid = 0;
}

void ServiceLink::Private::wait() {
  std::array<pollfd, 4> files{pollfd{wake_, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLOUT, 0}, {-1, POLLIN, 0}};
  int timeout = -1;
  const auto until = [&timeout](Clock::time_point time) {
    const auto left = std::chrono::ceil<milliseconds>(time - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  };
  if (service_) {
    files[1].fd = service_->output();
    if (service_->isFull()) files[2].fd = service_->input();
    files[3].fd = service_->ended();
    if (!greeted_) until(helloDeadline_);
  } else if (failedStarts_ == 0 || !items_.empty()) {
    until(nextStart_);
  }
  if (::poll(files.data(), files.size(), timeout) < 0) return;
  if (files[0].revents != 0) {
    eventfd_t count = 0;
    ::eventfd_read(wake_, &count);
  }
  if (!service_) return;
  const bool dead = files[3].revents != 0;
  auto state = ServicePipe::State::Open;
  if (files[1].revents != 0 || dead)
    state = service_->receive(
        [this](json& message, ServicePipe::Payload payload) { return understand(message, std::move(payload)); });
  if (misfit_) {
    drop();
  } else if (state == ServicePipe::State::Garbled) {
    service_->finish(0);
    ended("its answer was garbled");
  } else if (dead || state == ServicePipe::State::Closed) {
    ended(service_->finish(dead ? 0 : 100));
  } else if (!greeted_ && Clock::now() >= helloDeadline_) {
    service_->finish(0);
    ended("no answer after it was started");
  }
}

void ServiceLink::Private::takeInbox() {
  std::vector<Order> orders;
  {
    const std::lock_guard lock(inMutex_);
    orders.swap(inbox_);
  }
  for (Order& order : orders)
    std::visit([this](auto& what) { obey(std::move(what)); }, order);
}

void ServiceLink::Private::obey(Ask ask) {
  if (ask.again) record_.lift(ask.path);
  if (const std::string* why = record_.quarantined(ask.path, Clock::now())) return fail(ask, *why);
  waiting_.push_back(ask.id);
  const auto id = ask.id;
  items_[id].ask = std::move(ask);
}

void ServiceLink::Private::obey(const Cancel& cancel) {
  const auto found = items_.find(cancel.id);
  if (found == items_.end()) return;
  if (found->second.state != Item::State::Waiting) service_->post(line({{"cancel", {cancel.id}}}));
  erase(found);
}

void ServiceLink::Private::obey(const Raise& raise) {
  const auto found = items_.find(raise.id);
  if (found == items_.end()) return;
  found->second.ask.priority = raise.priority;
  if (found->second.state == Item::State::Sent)
    service_->post(line({{"raise", {raise.id}}, {"priority", raise.priority}}));
}

void ServiceLink::Private::obey(const Close& close) {
  known_.erase(close.path);
  record_.lift(close.path);
  if (service_)
    service_->post(
        requestLine({.id = internalId(), .method = "close", .params = {{"path", close.path}}, .priority = 0}));
}

void ServiceLink::Private::obey(const Cut& order) {
  Answer answer;
  answer.id = order.id;
  answer.value = channel::cut(*order.block, order.part);
  publish(std::move(answer));
}

void ServiceLink::Private::erase(std::map<std::int64_t, Item>::iterator item) {
  if (suspect_ == item->first) suspect_ = 0;
  std::erase(waiting_, item->first);
  items_.erase(item);
}

void ServiceLink::Private::start() {
  program_.clear();
  for (const std::string& candidate : candidates_)
    if (::access(candidate.c_str(), X_OK) == 0) {
      program_ = candidate;
      break;
    }
  try {
    if (program_.empty()) {
      std::string where;
      for (const std::string& candidate : candidates_)
        where += (where.empty() ? "" : ", ") + candidate;
      throw std::runtime_error("the data service can't be started: there is no program " +
                               (where.empty() ? std::string("discern-run") : where));
    }
    service_ = std::make_unique<ServicePipe>(program_);
  } catch (const std::exception& error) {
    ++failedStarts_;
    nextStart_ = Clock::now() + milliseconds(500);
    return failAll(error.what());
  }
  pid = service_->pid();
  greeted_ = misfit_ = false;
  helloDeadline_ = Clock::now() + helloPatience;
  hello_ = internalId();
  service_->post(
      requestLine({.id = hello_, .method = "hello", .params = {{"version", protocolVersion}}, .priority = 0}));
}

void ServiceLink::Private::sendWaiting() {
  if (waiting_.empty()) return;
  std::vector<std::int64_t> kept;
  for (const std::int64_t id : std::exchange(waiting_, {})) {
    Item& item = items_.at(id);
    if (item.crashes > 0 && suspect_ != 0 && suspect_ != id) {
      kept.push_back(id);
      continue;
    }
    if (item.crashes > 0) suspect_ = id;
    send(item);
  }
  waiting_ = std::move(kept);
}

void ServiceLink::Private::send(Item& item) {
  Ask& ask = item.ask;
  if (ask.method == "read") {
    try {
      if (!item.raw && !item.segment) item.segment = std::make_shared<SharedSegment>(SharedSegment::create(ask.bytes));
    } catch (const SegmentError&) {
      item.raw = true;
    }
    if (item.raw) {
      ask.params.erase("shm");
    } else {
      ask.params["shm"] = item.segment->name();
    }
  }
  ++item.sent;
  item.state = Item::State::Sent;
  service_->post(requestLine({.id = ask.id, .method = ask.method, .params = ask.params, .priority = ask.priority}));
}

/// One message from the service; false when it is none.
bool ServiceLink::Private::understand(json& message, ServicePipe::Payload payload) {
  if (const auto begun = message.find("begun"); begun != message.end()) {
    if (!begun->is_number_integer()) return false;
    const auto found = items_.find(begun->get<std::int64_t>());
    if (found != items_.end() && found->second.state == Item::State::Sent) found->second.state = Item::State::Begun;
    return true;
  }
  if (const auto notice = message.find("notice"); notice != message.end()) {
    publish(Notice{std::move(*notice)});
    return true;
  }
  const auto id = message.find("id");
  const auto result = message.find("result"), error = message.find("error");
  if (id == message.end() || (result == message.end() && error == message.end())) return false;
  if (!id->is_number_integer()) return false; // it could not read what we sent
  const auto number = id->get<std::int64_t>();
  if (number == hello_) {
    greeted(message);
  } else if (error != message.end()) {
    refused(number, *error);
  } else {
    answered(number, *result, std::move(payload));
  }
  return true;
}

void ServiceLink::Private::greeted(const json& message) {
  if (message.contains("error")) { // it speaks another version: asking again won't help
    ++failedStarts_;
    misfit_ = true;
    nextStart_ = Clock::now() + seconds(1);
    return failAll("the data service " + program_ + " does not fit this program; install both from one version");
  }
  greeted_ = true;
  failedStarts_ = 0;
  if (restartReason_.empty()) return;
  const std::size_t files = known_.size();
  std::string reason = "The data service ended (" + restartReason_ + "); ";
  reason +=
      files == 0 ? "it was started again." : "reopened " + std::to_string(files) + (files == 1 ? " file." : " files.");
  restartReason_.clear();
  for (const std::string& path : known_) {
    const auto internal = internalId();
    items_[internal].ask = {.id = internal, .method = "open", .path = path, .params = {{"path", path}}, .priority = 2};
    waiting_.push_back(internal);
  }
  publish(Restart{std::move(reason)});
}

void ServiceLink::Private::answered(std::int64_t id, json& result, ServicePipe::Payload payload) {
  const auto found = items_.find(id);
  if (found == items_.end()) return; // cancelled meanwhile
  const Ask& ask = found->second.ask;
  Answer answer;
  answer.id = id;
  try {
    if (ask.method == "read") {
      auto block = std::make_shared<data::Block>();
      block->slab = ask.slab;
      block->type = ask.type;
      std::size_t size = payload.size;
      if (payload.bytes) {
        block->bytes = std::move(payload.bytes);
      } else if (const auto segment = found->second.segment) {
        segment->unlink();
        size = result.at("bytes").get<std::size_t>();
        block->bytes = {segment, segment->data()};
      }
      if (!block->bytes || size != ask.bytes) throw std::runtime_error("the size is wrong");
      answer.stamp = result.value("stamp", "");
      answer.value = data::BlockPtr(std::move(block));
    } else if (ask.method == "shape") {
      answer.value = std::make_shared<const data::Shape>(
          data::unpackShape({reinterpret_cast<const char*>(payload.bytes.get()), payload.size}));
    } else {
      decode(ask, result, answer);
      if (ask.method == "open") known_.insert(ask.path);
    }
  } catch (const std::exception& error) {
    answer.error = (ask.path.empty() ? ask.method : ask.path) +
                   ": the data service gave an answer that makes no sense (" + error.what() + ")";
  }
  erase(found);
  if (id > 0) publish(std::move(answer));
}

void ServiceLink::Private::refused(std::int64_t id, const json& error) {
  const auto found = items_.find(id);
  if (found == items_.end()) return;
  std::string kind, why = "the data service gave no reason";
  if (error.is_object()) {
    if (const auto text = error.find("kind"); text != error.end() && text->is_string()) kind = *text;
    if (const auto text = error.find("message"); text != error.end() && text->is_string()) why = *text;
  }
  Item& item = found->second;
  if (kind == nameOf(ErrorKind::Memory) && !item.raw) { // no shared memory: through the pipe, then
    item.raw = true;
    item.segment.reset();
    return send(item);
  }
  const Ask ask = std::move(item.ask);
  if (ask.method == "open") known_.erase(ask.path);
  erase(found);
  fail(ask, why);
}

void ServiceLink::Private::drop() {
  service_.reset();
  pid = 0;
}

void ServiceLink::Private::ended(const std::string& how) {
  const auto now = Clock::now();
  drop();
  suspect_ = 0;
  if (greeted_) {
    restartReason_ = how;
  } else {
    ++failedStarts_;
  }
  nextStart_ = now + record_.crashed(now);
  blame(how);
  if (failedStarts_ >= maxFailedStarts)
    failAll("the data service " + program_ + " ends when it is started (" + how + ")");
}

void ServiceLink::Private::blame(const std::string& how) {
  std::map<std::string, std::string> guilty; // path → why
  for (auto it = items_.begin(); it != items_.end();) {
    Item& item = it->second;
    const bool begun = item.state == Item::State::Begun;
    item.state = Item::State::Waiting;
    if (begun) ++item.crashes;
    std::string why;
    if (item.crashes >= maxCrashes || item.sent >= maxSent) {
      why = (item.ask.path.empty() ? "" : item.ask.path + ": ") + "the data service ended (" + how + ") " +
            readingOf(item.ask);
      if (!item.ask.path.empty() && item.crashes >= maxCrashes) guilty[item.ask.path] = why;
    }
    if (it->first < 0 && begun) known_.erase(item.ask.path); // a file of before: not opened by itself again
    if (!why.empty()) fail(item.ask, why);
    it = !why.empty() || it->first < 0 ? items_.erase(it) : std::next(it);
  }
  for (const auto& [path, why] : guilty) {
    record_.quarantine(path, why, Clock::now());
    known_.erase(path);
    for (auto it = items_.begin(); it != items_.end();) {
      const bool same = it->second.ask.path == path;
      if (same) fail(it->second.ask, why);
      it = same ? items_.erase(it) : std::next(it);
    }
  }
  waiting_.clear();
  for (const auto& [id, item] : items_)
    waiting_.push_back(id);
}

void ServiceLink::Private::failAll(const std::string& why) {
  restartReason_.clear();
  for (const auto& [id, item] : items_)
    fail(item.ask, why);
  items_.clear();
  waiting_.clear();
  suspect_ = 0;
}

void ServiceLink::Private::fail(const Ask& ask, const std::string& why) {
  if (ask.id <= 0) return;
  Answer answer;
  answer.id = ask.id;
  answer.error = why;
  publish(std::move(answer));
}

void ServiceLink::Private::publish(Event event) {
  bool first = false;
  {
    const std::lock_guard lock(outMutex_);
    first = outbox_.empty();
    outbox_.push_back(std::move(event));
  }
  if (first) notify_();
}

ServiceLink::ServiceLink(std::vector<std::string> candidates, std::function<void()> notify)
    : d(std::make_unique<Private>(std::move(candidates), std::move(notify))) {}
ServiceLink::~ServiceLink() = default;
void ServiceLink::ask(Ask ask) { d->order(std::move(ask)); }
void ServiceLink::cancel(std::int64_t id) { d->order(Cancel{id}); }
void ServiceLink::raise(std::int64_t id, int priority) { d->order(Raise{id, priority}); }
void ServiceLink::cut(std::int64_t id, data::BlockPtr block, const data::Slab& part) {
  d->order(Cut{id, std::move(block), part});
}
void ServiceLink::close(const std::string& path) { d->order(Close{path}); }
std::vector<Event> ServiceLink::take() { return d->take(); }
std::int64_t ServiceLink::pid() const { return d->pid; }

} // namespace discern::channel
