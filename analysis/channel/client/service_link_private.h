#pragma once
// What the two halves of the link share: service_link.cpp (its thread, what goes out) and service_link_answers.cpp
// (what comes in, and what an end of the service means).
#include "channel/client/back_off.h"
#include "channel/client/crash_record.h"
#include "channel/client/service_link.h"
#include "channel/client/service_pipe.h"
#include "channel/protocol/shared_segment.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace discern::channel {

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
struct Reconnect {};
using Order = std::variant<Ask, Cancel, Raise, Close, Cut, Reconnect>;

/// A request without an answer.
struct Item {
  enum class State { Waiting, Sent, Begun };
  Ask ask;
  State state = State::Waiting;
  std::shared_ptr<SharedSegment> segment{};
  bool raw = false; ///< the payload comes through the pipe, because shared memory can't be had
  int crashes = 0, sent = 0;
};

class ServiceLink::Private {
public:
  using Clock = std::chrono::steady_clock;
  Private(LinkOptions options, std::function<void()> notify);
  ~Private();
  void order(Order order);
  std::vector<Event> take();
  std::atomic<std::int64_t> pid{0};
  std::atomic<std::uint64_t> received{0};

private:
  void run();
  void wait();
  void takeInbox();
  void obey(Ask ask);
  void obey(const Cancel& cancel);
  void obey(const Raise& raise);
  void obey(const Close& close);
  void obey(const Cut& order);
  void obey(const Reconnect&);
  [[nodiscard]] bool isFar() const { return !options_.host.empty(); }
  [[nodiscard]] bool wantsService() const;
  void start();
  void startHere();
  void startThere();
  void drop();
  void sendWaiting();
  void send(Item& item);
  /// When the service has to be looked after next, if it is silent until then.
  [[nodiscard]] Clock::time_point deadline() const;
  /// Asks a silent service whether it is there; true when it has been silent for too long.
  bool isSilent();

  bool understand(nlohmann::json& message, ServicePipe::Payload payload);
  bool met(const nlohmann::json& greeting);
  void greeted();
  void isBack();
  void answered(std::int64_t id, nlohmann::json& result, ServicePipe::Payload payload);
  void refused(std::int64_t id, const nlohmann::json& error);
  void ended(const std::string& how);
  void crashed(const std::string& how);
  void lost(const ServiceEnd& end);
  void unfit(const std::string& why);
  void blame(const std::string& how);
  void failAll(const std::string& why);
  void fail(const Ask& ask, const std::string& why);
  void publish(Event event);
  void publishState(HostState state);
  void erase(std::map<std::int64_t, Item>::iterator item);
  std::int64_t internalId() { return --internalIds_; }
  /// A path as the service knows it, and back.
  [[nodiscard]] std::string there(const std::string& path) const;
  [[nodiscard]] std::string here(const std::string& path) const;
  [[nodiscard]] nlohmann::json paramsThere(const nlohmann::json& params) const;
  [[nodiscard]] std::string messageHere(const Ask& ask, const std::string& message) const;

  const LinkOptions options_;
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
  // Of another machine.
  BackOff backOff_;
  HostState::Kind hostKind_ = HostState::Kind::Unused;
  bool reachedOnce_ = false;
  bool persistent_ = false; ///< it is tried again although nothing waits
  bool asked_ = true;       ///< a person waits for the next try
  std::string refusal_;     ///< what is said to whoever asks of a host that was never reached
  std::function<ServiceEnd(int, const std::string&)> explain_;
  std::string end_;         ///< what the far end said of its own end: "signal 11"
  std::uint64_t heard_ = 0; ///< bytes, at lastHeard_
  Clock::time_point lastHeard_, pinged_;
  bool awaitsPong_ = false;
  std::thread thread_; ///< the last member: it uses the others
};

} // namespace discern::channel
