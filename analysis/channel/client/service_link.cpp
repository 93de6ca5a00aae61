#include "channel/client/service_link.h"

#include "channel/client/block_cache.h"
#include "channel/client/service_link_private.h"
#include "channel/protocol/message.h"
#include "data/address.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace discern::channel {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds helloPatience{15}; ///< for the first answer of a service that was started
constexpr seconds farPatience{30};   ///< likewise, where somebody has to be let in first

} // namespace

ServiceLink::Private::Private(LinkOptions options, std::function<void()> notify)
    : options_(std::move(options)), notify_(std::move(notify)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      backOff_(options_.firstRetry), thread_([this] { run(); }) {}

ServiceLink::Private::~Private() {
  stopping_ = true;
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(wake_);
}

void ServiceLink::Private::order(Order order) {
  bool first = false;
  {
    const std::lock_guard lock(inMutex_);
    first = inbox_.empty();
    inbox_.push_back(std::move(order));
  }
  if (first) ::eventfd_write(wake_, 1);
}

std::vector<Event> ServiceLink::Private::take() {
  const std::lock_guard lock(outMutex_);
  return std::exchange(outbox_, {});
}

void ServiceLink::Private::run() {
  sigset_t brokenPipe; // writing to a service that is gone is an error, not a signal
  sigemptyset(&brokenPipe);
  sigaddset(&brokenPipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
  if (!isFar()) SharedSegment::removeOrphans();
  nextStart_ = Clock::now();
  while (!stopping_) {
    takeInbox();
    if (!service_ && wantsService() && Clock::now() >= nextStart_) start();
    if (service_) {
      sendWaiting();
      service_->flush();
    }
    wait();
  }
  service_.reset();
  pid = 0;
}

bool ServiceLink::Private::wantsService() const {
  if (isFar()) return persistent_ || (asked_ && !items_.empty());
  return !items_.empty() || failedStarts_ == 0;
}

void ServiceLink::Private::wait() {
  std::array<pollfd, 5> files{
      pollfd{wake_, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLOUT, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}};
  auto until = Clock::time_point::max();
  if (service_) {
    files[1].fd = service_->output();
    if (service_->isFull()) files[2].fd = service_->input();
    files[3].fd = service_->ended();
    files[4].fd = service_->process().errors();
    until = deadline();
  } else if (wantsService()) {
    until = nextStart_;
  }
  int timeout = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  if (::poll(files.data(), files.size(), timeout) < 0) return;
  if (files[0].revents != 0) {
    eventfd_t count = 0;
    ::eventfd_read(wake_, &count);
  }
  if (!service_) return;
  const bool dead = files[3].revents != 0;
  if (files[4].revents != 0) service_->process().takeErrors();
  auto state = ServicePipe::State::Open;
  if (files[1].revents != 0 || dead)
    state = service_->receive(
        [this](json& message, ServicePipe::Payload payload) { return understand(message, std::move(payload)); });
  if (service_->heard() != heard_) {
    received += service_->heard() - heard_;
    heard_ = service_->heard();
    lastHeard_ = Clock::now();
    awaitsPong_ = false;
  }
  if (misfit_) {
    drop();
  } else if (state == ServicePipe::State::Garbled) {
    service_->finish(0);
    ended("its answer was garbled");
  } else if (dead || state == ServicePipe::State::Closed) {
    const std::string how = service_->finish(dead ? 0 : 100);
    service_->process().takeErrors();
    ended(how);
  } else if (!greeted_ && Clock::now() >= helloDeadline_) {
    service_->finish(0);
    ended("no answer after it was started");
  } else if (isSilent()) {
    service_->finish(0);
    lost({"no answer for " + std::to_string(std::chrono::ceil<seconds>(options_.patience).count()) + " s"});
  }
}

ServiceLink::Private::Clock::time_point ServiceLink::Private::deadline() const {
  if (!greeted_) return helloDeadline_;
  if (!isFar()) return Clock::time_point::max();
  return awaitsPong_ ? pinged_ + options_.patience : lastHeard_ + options_.silence;
}

bool ServiceLink::Private::isSilent() {
  if (!greeted_ || !isFar() || Clock::now() < deadline()) return false;
  if (awaitsPong_) return true;
  awaitsPong_ = true;
  pinged_ = Clock::now();
  service_->post(line({{"ping", 1}}));
  return false;
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
  if (ask.again && isFar() && !service_) { // somebody does not want to wait
    nextStart_ = Clock::now();
    asked_ = true;
  }
  if (const std::string* why = record_.quarantined(ask.path, Clock::now())) return fail(ask, *why);
  if (hostKind_ == HostState::Kind::Refused && !reachedOnce_ && !asked_ && !service_) return fail(ask, refusal_);
  waiting_.push_back(ask.id);
  const auto id = ask.id;
  items_[id].ask = std::move(ask);
}

void ServiceLink::Private::obey(const Cancel& cancel) {
  const auto found = items_.find(cancel.id);
  if (found == items_.end()) return;
  if (found->second.state != Item::State::Waiting) {
    service_->post(line({{"cancel", {cancel.id}}}));
    service_->forget(cancel.id);
  }
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
        requestLine({.id = internalId(), .method = "close", .params = {{"path", there(close.path)}}, .priority = 0}));
}

void ServiceLink::Private::obey(const Cut& order) {
  Answer answer;
  answer.id = order.id;
  answer.value = channel::cut(*order.block, order.part);
  publish(std::move(answer));
}

void ServiceLink::Private::obey(const Reconnect&) {
  if (service_) return;
  persistent_ = asked_ = true;
  nextStart_ = Clock::now();
}

void ServiceLink::Private::erase(std::map<std::int64_t, Item>::iterator item) {
  if (suspect_ == item->first) suspect_ = 0;
  std::erase(waiting_, item->first);
  items_.erase(item);
}

void ServiceLink::Private::start() {
  greeted_ = misfit_ = awaitsPong_ = false;
  end_.clear();
  heard_ = 0;
  try {
    if (isFar()) {
      startThere();
    } else {
      startHere();
    }
  } catch (const ConnectionRefused& error) {
    return lost({error.what(), false});
  } catch (const HostUnknown& error) {
    return lost({error.what(), true, false});
  } catch (const std::exception& error) {
    if (isFar()) return lost({error.what()});
    ++failedStarts_;
    nextStart_ = Clock::now() + milliseconds(500);
    return failAll(error.what());
  }
  pid = service_->pid();
  helloDeadline_ = Clock::now() + (isFar() ? farPatience : helloPatience);
  if (isFar()) return; // it greets by itself
  hello_ = internalId();
  service_->post(
      requestLine({.id = hello_, .method = "hello", .params = {{"version", protocolVersion}}, .priority = 0}));
}

void ServiceLink::Private::startHere() {
  program_.clear();
  for (const std::string& candidate : options_.candidates)
    if (::access(candidate.c_str(), X_OK) == 0) {
      program_ = candidate;
      break;
    }
  if (program_.empty()) {
    std::string where;
    for (const std::string& candidate : options_.candidates)
      where += (where.empty() ? "" : ", ") + candidate;
    throw std::runtime_error("the data service can't be started: there is no program " +
                             (where.empty() ? std::string("discern-run") : where));
  }
  service_ = std::make_unique<ServicePipe>(ServiceCommand{{program_, "serve"}});
}

void ServiceLink::Private::startThere() {
  program_ = "of " + options_.host;
  if (!reachedOnce_) publishState({.kind = HostState::Kind::Connecting});
  ServiceCommand command = options_.connect(std::exchange(asked_, false));
  explain_ = std::move(command.explain);
  service_ = std::make_unique<ServicePipe>(command, [this](std::int64_t id) { return items_.contains(id); });
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
  if (ask.method == "read" && !isFar()) {
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
  if (ask.method == "read" && isFar()) ask.params["predict"] = true;
  ++item.sent;
  item.state = Item::State::Sent;
  service_->post(
      requestLine({.id = ask.id, .method = ask.method, .params = paramsThere(ask.params), .priority = ask.priority}));
}

std::string ServiceLink::Private::there(const std::string& path) const {
  return isFar() && data::isRemote(path) ? data::Address::from(path).path : path;
}

std::string ServiceLink::Private::here(const std::string& path) const {
  return isFar() && !path.empty() ? data::Address{options_.host, path}.text() : path;
}

json ServiceLink::Private::paramsThere(const json& params) const {
  if (!isFar()) return params;
  const std::function<json(const json&)> translated = [&](const json& part) {
    json out = part;
    if (!part.is_structured()) return out;
    for (auto entry = out.begin(); entry != out.end(); ++entry)
      if (part.is_object() && entry.key() == "path" && entry->is_string())
        *entry = there(entry->get<std::string>());
      else if (entry->is_structured())
        *entry = translated(*entry);
    return out;
  };
  return translated(params);
}

ServiceLink::ServiceLink(LinkOptions options, std::function<void()> notify)
    : d(std::make_unique<Private>(std::move(options), std::move(notify))) {}
ServiceLink::~ServiceLink() = default;
void ServiceLink::ask(Ask ask) { d->order(std::move(ask)); }
void ServiceLink::cancel(std::int64_t id) { d->order(Cancel{id}); }
void ServiceLink::raise(std::int64_t id, int priority) { d->order(Raise{id, priority}); }
void ServiceLink::cut(std::int64_t id, data::BlockPtr block, const data::Slab& part) {
  d->order(Cut{id, std::move(block), part});
}
void ServiceLink::close(const std::string& path) { d->order(Close{path}); }
void ServiceLink::reconnect() { d->order(Reconnect{}); }
std::vector<Event> ServiceLink::take() { return d->take(); }
std::int64_t ServiceLink::pid() const { return d->pid; }
std::uint64_t ServiceLink::received() const { return d->received; }

} // namespace discern::channel
