// What comes in from the service, and what its end means.
#include "channel/client/decode.h"
#include "channel/client/service_link_private.h"
#include "channel/protocol/message.h"
#include "data/address.h"

#include <algorithm>

namespace discern::channel {

using nlohmann::json;
using std::chrono::seconds;

namespace {

constexpr int maxCrashes = 2;      ///< of the service, while it worked on a request
constexpr int maxSent = 4;         ///< times that a request is asked
constexpr int maxFailedStarts = 3; ///< in a row, before whoever waits is told

std::string readingOf(const Ask& ask) {
  if (ask.path.empty()) return "while working on \"" + ask.method + "\"";
  return ask.method == "open" ? "while opening it" : "while reading it";
}

std::string lastLineOf(const std::string& said) {
  const std::size_t end = said.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const std::size_t before = said.find_last_of("\r\n", end);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return said.substr(begin, end - begin + 1);
}

/// What the end of a command means of which no more is known. Whom a host does not let in, it may lock out when he
/// tries again and again.
ServiceEnd plainEnd(int exitCode, const std::string& how, const std::string& said) {
  const std::string last = lastLineOf(said);
  if (exitCode == 127) return {"discern-run is not found there" + (last.empty() ? "" : " (" + last + ")"), false};
  const auto says = [&said](const char* words) { return said.find(words) != std::string::npos; };
  const bool refused =
      says("Permission denied") || says("verification failed") || says("Too many authentication failures");
  return {last.empty() ? "the connection ended (" + how + ")" : last, !refused};
}

} // namespace

/// One message from the service; false when it is none.
bool ServiceLink::Private::understand(json& message, ServicePipe::Payload payload) {
  if (const auto begun = message.find("begun"); begun != message.end()) {
    if (!begun->is_number_integer()) return false;
    const auto found = items_.find(begun->get<std::int64_t>());
    if (found != items_.end() && found->second.state == Item::State::Sent) found->second.state = Item::State::Begun;
    return true;
  }
  if (const auto notice = message.find("notice"); notice != message.end()) {
    if (isFar() && notice->is_object() && notice->contains("path") && (*notice)["path"].is_string())
      (*notice)["path"] = here((*notice)["path"].get<std::string>());
    publish(Notice{std::move(*notice)});
    return true;
  }
  if (const auto greeting = message.find("greeting"); greeting != message.end()) return met(*greeting);
  if (message.contains("pong")) return true;
  if (const auto end = message.find("ended"); end != message.end()) { // what started it there says how it ended
    if (end->is_string()) end_ = end->get<std::string>();
    return true;
  }
  const auto id = message.find("id");
  const auto result = message.find("result"), error = message.find("error");
  if (id == message.end() || (result == message.end() && error == message.end())) return false;
  if (!id->is_number_integer()) return false; // it could not read what we sent
  const auto number = id->get<std::int64_t>();
  if (number == hello_) {
    if (error == message.end()) {
      greeted();
    } else { // it speaks another version: asking again won't help
      unfit("the data service " + program_ + " does not fit this program; install both from one version");
    }
  } else if (error != message.end()) {
    refused(number, *error);
  } else {
    answered(number, *result, std::move(payload));
  }
  return true;
}

/// The first line from another machine.
bool ServiceLink::Private::met(const json& greeting) {
  const auto number = greeting.is_object() ? greeting.find("protocol") : greeting.end();
  if (number == greeting.end() || !number->is_number_integer()) return false;
  if (number->get<std::int64_t>() == protocolVersion) {
    greeted();
    return true;
  }
  const auto release = greeting.find("release");
  const std::string version =
      release != greeting.end() && release->is_string() ? " " + release->get<std::string>() : "";
  unfit(options_.host + " has Discern" + version + ", which speaks version " + number->dump() +
        " of the protocol of data services, not " + std::to_string(protocolVersion) +
        "; install there the version that is used here");
  return true;
}

void ServiceLink::Private::unfit(const std::string& why) {
  ++failedStarts_;
  misfit_ = true;
  nextStart_ = Clock::now() + seconds(1);
  persistent_ = false;
  refusal_ = why;
  if (isFar()) publishState({.kind = HostState::Kind::Refused, .reason = why});
  failAll(why);
}

void ServiceLink::Private::greeted() {
  greeted_ = true;
  failedStarts_ = 0;
  lastHeard_ = Clock::now();
  const bool wasAway = isFar() && reachedOnce_ && hostKind_ != HostState::Kind::Reachable;
  if (isFar()) {
    reachedOnce_ = persistent_ = true;
    backOff_.succeeded();
    publishState({.kind = HostState::Kind::Reachable});
  }
  if (!restartReason_.empty() || wasAway) isBack();
}

/// The service was gone and is there again: it opens the files that it had open.
void ServiceLink::Private::isBack() {
  const std::size_t files = known_.size();
  std::string reason = "The data service " + (isFar() ? program_ + " " : "") + "ended (" + restartReason_ + "); ";
  reason +=
      files == 0 ? "it was started again." : "reopened " + std::to_string(files) + (files == 1 ? " file." : " files.");
  for (const std::string& path : known_) {
    const auto internal = internalId();
    items_[internal].ask = {.id = internal, .method = "open", .path = path, .params = {{"path", path}}, .priority = 2};
    waiting_.push_back(internal);
  }
  if (!std::exchange(restartReason_, {}).empty()) publish(Restart{std::move(reason)});
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
      answer.identity = result.value("identity", "");
      answer.value = data::BlockPtr(std::move(block));
    } else if (ask.method == "shape") {
      answer.value = std::make_shared<const data::Shape>(
          data::unpackShape({reinterpret_cast<const char*>(payload.bytes.get()), payload.size}));
    } else {
      if (isFar() && ask.method == "open") result["path"] = ask.path;
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
  fail(ask, messageHere(ask, why));
}

/// What the service says of a file, with the name that the file has here.
std::string ServiceLink::Private::messageHere(const Ask& ask, const std::string& message) const {
  const std::string path = there(ask.path);
  return isFar() && !path.empty() && message.starts_with(path) ? ask.path + message.substr(path.size()) : message;
}

void ServiceLink::Private::ended(const std::string& how) {
  if (!isFar()) return crashed(how);
  if (!end_.empty()) return crashed(std::exchange(end_, {}));
  const int exitCode = service_->process().exitCode();
  const std::string said = service_->process().said();
  lost(explain_ ? explain_(exitCode, said) : plainEnd(exitCode, how, said));
}

void ServiceLink::Private::crashed(const std::string& how) {
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

/// Another machine can't be reached. Once it could, everything that waits goes on waiting.
void ServiceLink::Private::lost(const ServiceEnd& end) {
  drop();
  suspect_ = 0;
  const auto pause = backOff_.failed();
  nextStart_ = Clock::now() + pause;
  waiting_.clear();
  for (auto it = items_.begin(); it != items_.end();) {
    it->second.state = Item::State::Waiting;
    it->second.sent = 0;
    it = it->first < 0 ? items_.erase(it) : std::next(it);
  }
  for (const auto& [id, item] : items_)
    waiting_.push_back(id);
  const bool heals = end.heals && (end.known || reachedOnce_);
  persistent_ = heals;
  refusal_ = end.reason.starts_with(options_.host) ? end.reason : options_.host + " can't be reached: " + end.reason;
  if (!reachedOnce_) failAll(refusal_);
  publishState({heals ? HostState::Kind::Unreachable : HostState::Kind::Refused, end.reason,
                std::chrono::duration<double>(pause).count()});
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

void ServiceLink::Private::drop() {
  service_.reset();
  pid = 0;
}

void ServiceLink::Private::publishState(HostState state) {
  hostKind_ = state.kind;
  publish(std::move(state));
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

} // namespace discern::channel
