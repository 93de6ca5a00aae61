#include "channel/client/client_private.h"
#include "channel/protocol/message.h"
#include "data/address.h"
#include "data/error.h"

#include <QPointer>

namespace discern::channel {

using nlohmann::json;

namespace {

constexpr int maxRetries = 3;           ///< of a read whose file changes under it
constexpr int maxRefinementCrashes = 2; ///< of the service, while it worked by itself on the same

Answer failure(std::string why) {
  Answer answer;
  answer.error = std::move(why);
  return answer;
}

} // namespace

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
  if (asked->second.asked)
    linkTo(asked->second.ask.host).cancel(id);
  else if (kept && asked->second.sought)
    kept->cancel(id);
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
    if (data::BlockPtr around = cache.findAround(asked.key, asked.ask.slab)) {
      asked.asked = true;
      return linkTo({}).cut(id, std::move(around), asked.ask.slab);
    }
    if (seek(id, asked)) return;
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

BlockName Client::Private::keptName(const Key& key, const data::Slab& slab) const {
  const File& file = files.at(key.path);
  const data::FieldInfo& field = *file.info->field(key.field);
  return {key.path, file.identity, field.name, slab, field.type, field.labels};
}

/// Looks for a block among those that are kept on disk. What the service has not spoken of for a while it is asked
/// about first: the file there may be another by now. False when the block isn't kept.
bool Client::Private::seek(std::int64_t id, Pending& asked) {
  constexpr std::chrono::seconds trusted{5};
  const std::string path = asked.ask.path;
  if (!kept || asked.sought || asked.ask.host.empty() || files[path].identity.empty()) return false;
  BlockName name = keptName(asked.key, asked.ask.slab);
  if (!kept->has(name, true)) return false;
  const bool reachable = links[asked.ask.host].state.kind == HostState::Kind::Reachable;
  if (!reachable || std::chrono::steady_clock::now() - files[path].checked < trusted) {
    asked.sought = true;
    kept->find(id, std::move(name));
  } else {
    afterOpen(id);
  }
  return true;
}

void Client::Private::takeFindings() {
  const QPointer<Client> alive = &q;
  for (KeptBlocks::Finding& finding : kept->take()) {
    const auto found = pending.find(finding.id);
    if (found == pending.end()) continue; // stale
    const File& file = files[found->second.ask.path];
    const bool same = found->second.generation == file.generation && found->second.stamp == file.stamp;
    if (finding.block && same) {
      Answer answer;
      answer.id = finding.id;
      answer.value = std::move(finding.block);
      finish(std::move(answer));
    } else {
      begin(finding.id);
    }
    if (!alive) return;
  }
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
    asked.sought = false;
    afterOpen(answer.id);
    return true;
  }
  if (asked.generation != file.generation || asked.revision != file.revision) return false;
  if (const auto* block = std::get_if<data::BlockPtr>(&answer.value)) {
    if (!answer.stamp.empty()) file.checked = std::chrono::steady_clock::now();
    if (kept && !answer.identity.empty() && answer.identity == file.identity)
      kept->keep(keptName(asked.key, (*block)->slab), *block);
    cache.insert(asked.key, *block);
  }
  if (const auto* statistics = std::get_if<data::Statistics>(&answer.value))
    file.statistics[asked.ask.params.dump(-1, ' ', false, json::error_handler_t::replace)] = *statistics;
  return false;
}

void Client::Private::keepInfo(const Pending& asked, const Answer& answer) {
  File& file = files[asked.ask.path];
  if (asked.generation != file.generation) return;
  const bool wasKnown = !file.stamp.empty(), same = file.info && !answer.stamp.empty() && file.stamp == answer.stamp;
  if (file.info && file.stamp != answer.stamp) changed(file, asked.ask.path);
  file.checked = std::chrono::steady_clock::now();
  if (kept && !answer.identity.empty() && answer.identity != file.identity) kept->look(asked.ask.path, answer.identity);
  file.identity = answer.identity;
  if (same) return;
  if (file.info) retired.push_back(std::move(file.info));
  file.info = std::make_unique<data::DatasetInfo>(std::get<data::DatasetInfo>(answer.value));
  file.stamp = answer.stamp;
  if (wasKnown) later([this, path = QString::fromStdString(asked.ask.path)] { Q_EMIT q.fileChanged(path); });
}

/// Drops what was read of a file that is no longer the same.
void Client::Private::changed(File& file, const std::string& path) {
  ++file.generation;
  file.identity.clear();
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

} // namespace discern::channel
