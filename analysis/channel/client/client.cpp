#include "channel/client/client.h"

#include "channel/client/block_cache.h"
#include "channel/client/service_link.h"
#include "channel/protocol/message.h"
#include "data/address.h"
#include "data/error.h"

#include <QCoreApplication>
#include <QPointer>
#include <map>
#include <optional>
#include <sys/statvfs.h>
#include <tuple>
#include <unistd.h>
#include <unordered_map>

namespace discern::channel {

using nlohmann::json;

namespace {

using Deliver = std::function<void(const Answer&)>;

constexpr int maxRetries = 3;           ///< of a read whose file changes under it
constexpr int maxRefinementCrashes = 2; ///< of the service, while it worked by itself on the same

std::size_t defaultCache() {
  const std::size_t ram =
      static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  struct statvfs status {};
  if (::statvfs("/dev/shm", &status) != 0 || status.f_blocks == 0) return ram / 4;
  return std::min(ram / 4, static_cast<std::size_t>(status.f_blocks) * status.f_frsize / 2);
}

std::vector<std::string> candidates(const QString& program) {
  if (!program.isEmpty()) return {program.toStdString()};
  const std::string here = QCoreApplication::applicationDirPath().toStdString();
  std::vector<std::string> paths{here + "/discern-run", here + "/../bin/discern-run"};
  if (const QByteArray named = qgetenv("DISCERN_RUN"); !named.isEmpty()) paths.push_back(named.toStdString());
  return paths;
}

template <typename T>
Deliver deliverTo(std::function<void(data::FieldProvider::Reply<T>)> done) {
  return [done = std::move(done)](const Answer& answer) {
    if (!done) return;
    data::FieldProvider::Reply<T> reply;
    reply.error = answer.error;
    if (const T* value = std::get_if<T>(&answer.value)) {
      reply.value = *value;
    } else if (reply.error.empty()) {
      reply.error = "the data service gave an answer of another kind";
    }
    done(std::move(reply));
  };
}

Answer failure(std::string why) {
  Answer answer;
  answer.error = std::move(why);
  return answer;
}

} // namespace

/// Everything here happens on the thread of the client.
class Client::Private {
public:
  Private(Client& client, const Options& options)
      : q(client), connect(options.connect), silence(options.silence), patience(options.patience),
        firstRetry(options.firstRetry), cache(options.cacheBytes > 0 ? options.cacheBytes : defaultCache()) {
    links[{}].link = std::make_unique<ServiceLink>(LinkOptions{.candidates = candidates(options.program)},
                                                   [this] { later([this] { takeEvents({}); }); });
  }

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
    int retries = 0;
  };
  struct File {
    std::unique_ptr<data::DatasetInfo> info;
    std::string stamp;
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

Client::Private::Serial Client::Private::join(const Ticket& ticket, std::int64_t request) {
  const Serial serial = ++lastSerial;
  waiters[serial] = {ticket, request};
  if (!ticket.owner) return serial;
  const auto [entry, fresh] = byTicket.try_emplace({ticket.owner, ticket.purpose}, serial);
  if (!fresh) {
    const Serial stale = std::exchange(entry->second, serial);
    drop(stale);
  }
  return serial;
}

/// Forgets that somebody waits; true when somebody did.
bool Client::Private::leave(Serial serial) {
  const auto found = waiters.find(serial);
  if (found == waiters.end()) return false;
  const Ticket ticket = found->second.ticket;
  waiters.erase(found);
  if (const auto entry = byTicket.find({ticket.owner, ticket.purpose});
      entry != byTicket.end() && entry->second == serial)
    byTicket.erase(entry);
  return true;
}

/// As leave(), and takes back a request for which nobody waits any more.
void Client::Private::drop(Serial serial) {
  const auto found = waiters.find(serial);
  if (found == waiters.end()) return;
  const std::int64_t id = found->second.request;
  leave(serial);
  const auto asked = pending.find(id);
  if (asked == pending.end()) return;
  std::erase_if(asked->second.waiters, [serial](const auto& waiter) { return waiter.first == serial; });
  if (!asked->second.waiters.empty()) return;
  if (asked->second.asked) linkTo(asked->second.ask.host).cancel(id);
  byIdentity.erase(asked->second.identity);
  pending.erase(asked);
  noteBusy();
}

/// The link is made when it is first needed.
ServiceLink& Client::Private::linkTo(const std::string& host) {
  Link& entry = links[host];
  if (!entry.link)
    entry.link =
        std::make_unique<ServiceLink>(LinkOptions{.host = host,
                                                  .connect = [this, host](bool asked) { return connect(host, asked); },
                                                  .silence = silence,
                                                  .patience = patience,
                                                  .firstRetry = firstRetry},
                                      [this, host] { later([this, host] { takeEvents(host); }); });
  return *entry.link;
}

void Client::Private::request(Ask ask, const Ticket& ticket, Deliver deliver, const Key& key) {
  if (data::isRemote(ask.path)) {
    try {
      ask.host = data::Address::from(ask.path).host;
    } catch (const data::UsageError& error) {
      return answerLater(ticket, failure(error.what()), std::move(deliver));
    }
  }
  if (!ask.host.empty() && !connect)
    return answerLater(ticket, failure(ask.host + " can't be reached: files of this machine alone are opened here"),
                       std::move(deliver));
  const std::uint64_t generation = ask.path.empty() ? 0 : files[ask.path].generation;
  const std::uint64_t revision = ask.path.empty() ? 0 : files[ask.path].revision;
  std::string name =
      ask.host + '\0' + ask.method + '\0' + std::to_string(generation) + '\0' + std::to_string(revision) + '\0';
  name +=
      ask.method == "read" ? identity(key, ask.slab) : ask.params.dump(-1, ' ', false, json::error_handler_t::replace);
  if (const auto same = byIdentity.find(name); same != byIdentity.end()) {
    Pending& existing = pending.at(same->second);
    const Serial serial = lastSerial + 1; // before join(), which may drop the one that waits now
    existing.waiters.emplace_back(serial, std::move(deliver));
    if (ask.priority < existing.ask.priority) {
      existing.ask.priority = ask.priority;
      if (existing.asked) linkTo(existing.ask.host).raise(same->second, ask.priority);
    }
    join(ticket, same->second);
    return;
  }
  const std::int64_t id = ++lastRequest;
  ask.id = id;
  byIdentity.emplace(name, id);
  Pending& fresh = pending[id];
  fresh.identity = std::move(name);
  fresh.ask = std::move(ask);
  fresh.key = key;
  fresh.generation = generation;
  fresh.revision = revision;
  fresh.waiters.emplace_back(lastSerial + 1, std::move(deliver));
  join(ticket, id);
  noteBusy();
  begin(id);
}

void Client::Private::answerLater(const Ticket& ticket, Answer answer, Deliver deliver) {
  const Serial serial = join(ticket, 0);
  later([this, serial, answer = std::move(answer), deliver = std::move(deliver)] {
    if (leave(serial)) deliver(answer);
  });
}

/// Hands a request to the link. A read first needs to know the field; until the file is open it waits.
void Client::Private::begin(std::int64_t id) {
  Pending& asked = pending.at(id);
  if (asked.ask.method == "read") {
    if (!files[asked.ask.path].info) return afterOpen(id);
    if (std::string problem = prepareRead(asked); !problem.empty()) {
      Answer answer = failure(std::move(problem));
      answer.id = id;
      return later([this, answer = std::move(answer)] { finish(answer); });
    }
    const File& file = files[asked.ask.path];
    asked.generation = file.generation;
    asked.stamp = file.stamp;
    asked.asked = true;
    if (data::BlockPtr around = cache.findAround(asked.key, asked.ask.slab))
      return linkTo({}).cut(id, std::move(around), asked.ask.slab);
  }
  asked.asked = true;
  linkTo(asked.ask.host).ask(asked.ask);
}

void Client::Private::afterOpen(std::int64_t id) {
  Pending& asked = pending.at(id);
  asked.asked = false;
  if (++asked.retries > maxRetries) {
    Answer answer = failure(asked.ask.path + ": the file changes while it is read");
    answer.id = id;
    return later([this, answer = std::move(answer)] { finish(answer); });
  }
  const std::string path = asked.ask.path;
  openFile(path, false, [this, id](const Answer& opened) {
    if (!pending.contains(id)) return; // stale
    if (opened.error.empty()) return begin(id);
    Answer answer = failure(opened.error);
    answer.id = id;
    finish(std::move(answer));
  });
}

void Client::Private::openFile(const std::string& path, bool again, Deliver deliver) {
  request({.method = "open", .path = path, .params = {{"path", path}}, .priority = 0, .again = again}, {},
          std::move(deliver));
}

/// Fills in what the link needs; returns what is wrong with the request.
std::string Client::Private::prepareRead(Pending& asked) {
  const data::FieldInfo* field = files[asked.ask.path].info->field(asked.key.field);
  if (!field) return asked.ask.path + ": there is no field \"" + asked.key.field + "\"";
  try {
    asked.ask.bytes = checkedBytes(*field, asked.ask.slab);
  } catch (const data::UsageError& error) {
    return asked.ask.path + ": " + error.what();
  }
  asked.key.field = field->name; // under which it is cached
  asked.ask.type = field->type;
  asked.ask.params = {{"path", asked.ask.path}, {"field", asked.key.field}, {"slab", asked.ask.slab}};
  return {};
}

void Client::Private::takeEvents(const std::string& host) {
  const QPointer<Client> alive = &q;
  for (Event& event : linkTo(host).take()) {
    if (Answer* answer = std::get_if<Answer>(&event)) {
      finish(std::move(*answer));
    } else if (const Notice* notice = std::get_if<Notice>(&event)) {
      take(*notice);
    } else if (HostState* state = std::get_if<HostState>(&event)) {
      links[host].state = std::move(*state);
      Q_EMIT q.hostChanged(QString::fromStdString(host));
    } else {
      refineAgain(host);
      if (!alive) return;
      Q_EMIT q.serviceRestarted(QString::fromStdString(std::get<Restart>(event).reason));
    }
    if (!alive) return;
  }
}

void Client::Private::finish(Answer answer) {
  const auto found = pending.find(answer.id);
  if (found == pending.end()) return; // stale
  if (keep(found->second, answer)) return;
  const Pending done = std::move(found->second);
  if (const auto entry = byIdentity.find(done.identity); entry != byIdentity.end() && entry->second == answer.id)
    byIdentity.erase(entry);
  pending.erase(found);
  noteBusy();
  const QPointer<Client> alive = &q;
  for (const auto& [serial, deliver] : done.waiters) {
    if (leave(serial)) deliver(answer);
    if (!alive) return;
  }
}

/// Remembers what an answer brought. True when the request is asked again instead, because its file changed.
bool Client::Private::keep(Pending& asked, const Answer& answer) {
  if (!answer.error.empty() || asked.ask.path.empty()) return false;
  File& file = files[asked.ask.path];
  if (asked.ask.method == "open") {
    keepInfo(asked, answer);
    return false;
  }
  if (asked.ask.method == "read" && !answer.stamp.empty() && answer.stamp != asked.stamp) {
    // Not of the file that was opened: what its bytes mean is known only after it was opened again.
    if (asked.generation == file.generation) changed(file, asked.ask.path);
    afterOpen(answer.id);
    return true;
  }
  if (asked.generation != file.generation || asked.revision != file.revision) return false;
  if (const auto* block = std::get_if<data::BlockPtr>(&answer.value)) cache.insert(asked.key, *block);
  if (const auto* statistics = std::get_if<data::Statistics>(&answer.value))
    file.statistics[asked.ask.params.dump(-1, ' ', false, json::error_handler_t::replace)] = *statistics;
  return false;
}

void Client::Private::keepInfo(const Pending& asked, const Answer& answer) {
  File& file = files[asked.ask.path];
  if (asked.generation != file.generation || (file.info && !answer.stamp.empty() && file.stamp == answer.stamp)) return;
  const bool wasKnown = !file.stamp.empty();
  if (file.info) {
    if (file.stamp != answer.stamp) changed(file, asked.ask.path);
    retired.push_back(std::move(file.info));
  }
  file.info = std::make_unique<data::DatasetInfo>(std::get<data::DatasetInfo>(answer.value));
  file.stamp = answer.stamp;
  if (wasKnown) later([this, path = QString::fromStdString(asked.ask.path)] { Q_EMIT q.fileChanged(path); });
}

/// Drops what was read of a file that is no longer the same.
void Client::Private::changed(File& file, const std::string& path) {
  ++file.generation;
  file.statistics.clear();
  cache.erase(path);
}

void Client::Private::take(const Notice& notice) {
  Refinement now;
  try {
    if (notice.what.at("kind") != "refinement") return;
    now = notice.what.get<Refinement>();
  } catch (const std::exception&) {
    return; // of another version
  }
  using State = Refinement::State;
  const Subject subject{now.path, now.field, now.time, now.component};
  const bool running = now.state == State::Running, better = now.state == State::Done || now.state == State::Unkept;
  if (running)
    refinements[subject] = now;
  else
    refinements.erase(subject);
  if (better) {
    refinementCrashes.erase(subject);
    File& file = files[now.path];
    ++file.revision;
    file.statistics.clear();
    if (now.levels) cache.eraseCoarse({now.path, now.field});
  }
  const QPointer<Client> alive = &q;
  Q_EMIT q.refining(now);
  if (better && alive) Q_EMIT q.refined(QString::fromStdString(now.path));
}

/// After a crash: what the service worked on by itself goes on, unless it was that which ended it, twice.
void Client::Private::refineAgain(const std::string& host) {
  const auto elsewhere = [&host](const auto& entry) { return data::hostOf(std::get<0>(entry.first)) != host; };
  auto before = std::exchange(refinements, {});
  for (const auto& entry : before)
    if (elsewhere(entry)) refinements.insert(entry);
  std::erase_if(before, elsewhere);
  for (const auto& [subject, was] : before)
    ++refinementCrashes[subject];
  for (const auto& [subject, crashes] : refinementCrashes)
    if (crashes >= maxRefinementCrashes && data::hostOf(std::get<0>(subject)) == host)
      q.stopRefining(std::get<0>(subject), std::get<1>(subject));
  for (const auto& [subject, was] : before) {
    Refinement ended = was;
    if (refinementCrashes[subject] >= maxRefinementCrashes) {
      ended.state = Refinement::State::Failed;
      ended.message =
          was.path +
          ": the data service ended twice while it prepared coarser levels; they are read from the file itself";
    } else {
      ended.state = Refinement::State::Stopped; // until it begins again
      const json params{{"path", was.path}, {"field", was.field}, {"time", was.time}, {"component", was.component}};
      request({.method = "statistics", .path = was.path, .params = params, .priority = 2}, {}, [](const Answer&) {});
    }
    const QPointer<Client> alive = &q;
    Q_EMIT q.refining(ended);
    if (!alive) return;
  }
}

void Client::Private::noteBusy() {
  if (busyPosted) return;
  busyPosted = true;
  later([this] {
    busyPosted = false;
    const int count = static_cast<int>(pending.size());
    if (std::exchange(busyTold, count) != count) Q_EMIT q.busyChanged(count);
  });
}

Client::Client(Options options, QObject* parent) : QObject(parent), d(std::make_unique<Private>(*this, options)) {}
Client::~Client() = default;

const data::DatasetInfo* Client::info(const std::string& path) const {
  const auto found = d->files.find(path);
  return found == d->files.end() ? nullptr : found->second.info.get();
}

void Client::open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) {
  d->openFile(path, true, deliverTo(std::move(done)));
}

void Client::read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
                  std::function<void(Reply<data::BlockPtr>)> done) {
  Deliver deliver = deliverTo(std::move(done));
  Key named = key; // the first field under its own name, so that it is cached once
  if (const data::DatasetInfo* file = info(key.path)) {
    const data::FieldInfo* field = file->field(key.field);
    if (field) named.field = field->name;
    if (data::BlockPtr block = d->cache.find(named, slab)) {
      Answer answer;
      answer.value = std::move(block);
      return d->answerLater(ticket, std::move(answer), std::move(deliver));
    }
  }
  Ask ask{.method = "read", .path = key.path, .priority = static_cast<int>(priority)};
  ask.slab = slab;
  d->request(std::move(ask), ticket, std::move(deliver), named);
}

void Client::series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
                    std::function<void(Reply<std::vector<double>>)> done) {
  const json params{{"path", key.path}, {"field", key.field}, {"voxel", voxel}, {"component", component}};
  d->request({.method = "series", .path = key.path, .params = params, .priority = 0}, ticket,
             deliverTo(std::move(done)));
}

void Client::statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                        std::function<void(Reply<data::Statistics>)> done) {
  const json params{{"path", key.path}, {"field", key.field}, {"time", time}, {"component", component}};
  const auto& known = d->files[key.path].statistics;
  if (const auto found = known.find(params.dump(-1, ' ', false, json::error_handler_t::replace));
      found != known.end()) {
    Answer answer;
    answer.value = found->second;
    return d->answerLater(ticket, std::move(answer), deliverTo(std::move(done)));
  }
  d->request({.method = "statistics", .path = key.path, .params = params}, ticket, deliverTo(std::move(done)));
}

void Client::table(const std::string& path, const std::string& name, std::function<void(Reply<data::Table>)> done) {
  const json params{{"path", path}, {"name", name}};
  d->request({.method = "table", .path = path, .params = params}, {}, deliverTo(std::move(done)));
}

void Client::shape(const data::ShapeRequest& request, data::Priority priority, Ticket ticket,
                   std::function<void(Reply<data::ShapePtr>)> done) {
  const json params{{"path", request.path}, {"shape", request}};
  d->request({.method = "shape", .path = request.path, .params = params, .priority = static_cast<int>(priority)},
             ticket, deliverTo(std::move(done)));
}

void Client::probe(const data::ShapeRequest& request, const data::Vec3& world, Ticket ticket,
                   std::function<void(Reply<data::GridReading>)> done) {
  const json params{{"path", request.path}, {"shape", request}, {"world", world}};
  d->request({.method = "probe", .path = request.path, .params = params, .priority = 0}, ticket,
             deliverTo(std::move(done)));
}

void Client::rows(const data::RowsRequest& request, data::Priority priority, Ticket ticket,
                  std::function<void(Reply<data::TableRows>)> done) {
  d->request({.method = "rows", .path = request.path, .params = request, .priority = static_cast<int>(priority)},
             ticket, deliverTo(std::move(done)));
}

void Client::column(const data::ColumnRequest& request, Ticket ticket,
                    std::function<void(Reply<data::ColumnSummary>)> done) {
  d->request({.method = "column", .path = request.path, .params = request}, ticket, deliverTo(std::move(done)));
}

void Client::points(const data::PointsRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) {
  d->request({.method = "points", .path = request.path, .params = request}, ticket, deliverTo(std::move(done)));
}

void Client::line(const data::LineRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) {
  d->request({.method = "line", .path = request.path, .params = request}, ticket, deliverTo(std::move(done)));
}

void Client::sky(const Key& key, const data::Vec3& index, Ticket ticket,
                 std::function<void(Reply<data::SkyPosition>)> done) {
  const json params{{"path", key.path}, {"field", key.field}, {"index", index}};
  d->request({.method = "sky", .path = key.path, .params = params, .priority = 0}, ticket, deliverTo(std::move(done)));
}

void Client::call(const std::string& method, const json& params, std::function<void(Reply<json>)> done) {
  const auto path = params.is_object() ? params.find("path") : params.end();
  const std::string host = path != params.end() && path->is_string() ? data::hostOf(path->get<std::string>()) : "";
  callOn(host, method, params, std::move(done));
}

void Client::callOn(const std::string& host, const std::string& method, const json& params,
                    std::function<void(Reply<json>)> done, Ticket ticket) {
  d->request({.method = method, .path = {}, .params = params, .again = !host.empty(), .host = host}, ticket,
             deliverTo(std::move(done)));
}

HostState Client::hostState(const std::string& host) const {
  const auto found = d->links.find(host);
  return found == d->links.end() ? HostState{} : found->second.state;
}

std::uint64_t Client::received(const std::string& host) const {
  const auto found = d->links.find(host);
  return found == d->links.end() || !found->second.link ? 0 : found->second.link->received();
}

std::vector<std::string> Client::hosts() const {
  std::vector<std::string> names;
  for (const auto& [host, link] : d->links)
    if (!host.empty()) names.push_back(host);
  return names;
}

void Client::reconnect(const std::string& host) {
  if (const auto found = d->links.find(host); found != d->links.end() && !host.empty()) found->second.link->reconnect();
}

void Client::forget(const std::string& path) {
  Private::File& file = d->files[path];
  d->changed(file, path);
  if (file.info) d->retired.push_back(std::move(file.info));
  file.stamp.clear();
  const std::string host = data::hostOf(path);
  if (const auto found = d->links.find(host); found != d->links.end()) found->second.link->close(path);
}

std::uint64_t Client::revision(const std::string& path) const {
  const auto found = d->files.find(path);
  return found == d->files.end() ? 0 : found->second.revision;
}

std::vector<Refinement> Client::refinements() const {
  std::vector<Refinement> all;
  all.reserve(d->refinements.size());
  for (const auto& [subject, refinement] : d->refinements)
    all.push_back(refinement);
  return all;
}

void Client::stopRefining(const std::string& path, const std::string& field) {
  call("stopRefining", {{"path", path}, {"field", field}}, {});
}

qint64 Client::servicePid(const std::string& host) const {
  const auto found = d->links.find(host);
  return found == d->links.end() || !found->second.link ? 0 : found->second.link->pid();
}

void Client::forgetOwner(const void* owner) {
  std::vector<Private::Serial> stale;
  for (const auto& [ticket, serial] : d->byTicket)
    if (ticket.first == owner) stale.push_back(serial);
  for (const auto serial : stale)
    d->drop(serial);
}

} // namespace discern::channel
