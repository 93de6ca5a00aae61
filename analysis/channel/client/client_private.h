#pragma once
// What the two halves of the client share: client.cpp (what it is asked) and client_requests.cpp (what becomes of it).
#include "channel/client/block_cache.h"
#include "channel/client/client.h"
#include "channel/client/kept/kept_blocks.h"
#include "channel/client/service_link.h"

#include <map>
#include <tuple>
#include <unordered_map>

namespace discern::channel {

using Deliver = std::function<void(const Answer&)>;

/// Everything here happens on the thread of the client.
class Client::Private {
public:
  Private(Client& client, const Options& options);

  /// A service, that of this machine (host "") or of another.
  struct Link {
    HostState state;
    std::unique_ptr<ServiceLink> link; ///< the last member: its thread uses the client
  };

  using Serial = std::uint64_t; ///< of a callback
  struct Waiter {
    Ticket ticket;
    std::int64_t request = 0; ///< 0: the answer is there and will be delivered from the event loop
  };
  struct Pending {
    std::string identity;
    Ask ask;
    Key key; ///< of a read
    std::vector<std::pair<Serial, Deliver>> waiters;
    std::uint64_t generation = 0; ///< of the file, when it was asked
    std::uint64_t revision = 0;   ///< of the file, when it was asked
    std::string stamp;            ///< of the file, as a read understands it
    bool asked = false;           ///< the link knows of it
    bool sought = false;          ///< among what is kept on disk
    int retries = 0;
  };
  struct File {
    std::unique_ptr<data::DatasetInfo> info;
    std::string stamp;
    std::string identity;                               ///< under which blocks are kept on disk; empty: they aren't
    std::chrono::steady_clock::time_point checked;      ///< when the service last said that the file is as it was
    std::uint64_t generation = 0;                       ///< counts how often the file was forgotten or changed
    std::uint64_t revision = 0;                         ///< counts how often its levels or statistics became better
    std::map<std::string, data::Statistics> statistics; ///< by what was asked
  };

  /// Calls `f` from the event loop, unless the client is gone by then. Any thread.
  template <typename F>
  void later(F&& f) {
    QMetaObject::invokeMethod(&q, std::forward<F>(f), Qt::QueuedConnection);
  }

  Serial join(const Ticket& ticket, std::int64_t request);
  void drop(Serial serial);
  bool leave(Serial serial);
  void request(Ask ask, const Ticket& ticket, Deliver deliver, const Key& key = {});
  void answerLater(const Ticket& ticket, Answer answer, Deliver deliver);
  void begin(std::int64_t id);
  void afterOpen(std::int64_t id);
  std::string prepareRead(Pending& pending);
  bool seek(std::int64_t id, Pending& pending);
  void takeFindings();
  [[nodiscard]] BlockName keptName(const Key& key, const data::Slab& slab) const;
  void openFile(const std::string& path, bool again, Deliver deliver);
  void takeEvents(const std::string& host);
  ServiceLink& linkTo(const std::string& host);
  void finish(Answer answer);
  bool keep(Pending& pending, const Answer& answer);
  void keepInfo(const Pending& pending, const Answer& answer);
  void changed(File& file, const std::string& path);
  void noteBusy();
  void take(const Notice& notice);
  void refineAgain(const std::string& host);

  Client& q;
  const Connect connect;
  const std::chrono::milliseconds silence, patience, firstRetry;
  BlockCache cache;
  std::unique_ptr<KeptBlocks> kept; ///< none: nothing is kept on disk
  std::unordered_map<std::int64_t, Pending> pending;
  std::unordered_map<std::string, std::int64_t> byIdentity;
  std::unordered_map<Serial, Waiter> waiters;
  std::map<std::pair<const void*, int>, Serial> byTicket;
  std::map<std::string, File> files;
  std::vector<std::unique_ptr<data::DatasetInfo>> retired;                 ///< pointers to them may still be in use
  using Subject = std::tuple<std::string, std::string, std::int64_t, int>; ///< path, field, time, component
  std::map<Subject, Refinement> refinements;
  std::map<Subject, int> refinementCrashes; ///< of the service, while it worked on that
  std::int64_t lastRequest = 0;
  Serial lastSerial = 0;
  int busyTold = 0;
  bool busyPosted = false;
  std::map<std::string, Link> links; ///< by host; the last member: their threads use the others
};

} // namespace discern::channel
