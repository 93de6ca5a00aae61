#include "channel/client/client.h"

#include "channel/client/client_private.h"
#include "data/address.h"
#include "data/plot/first_path.h"

#include <QCoreApplication>
#include <sys/statvfs.h>
#include <unistd.h>

namespace discern::channel {

using nlohmann::json;

namespace {

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

} // namespace

Client::Private::Private(Client& client, const Options& options)
    : q(client), connect(options.connect), silence(options.silence), patience(options.patience),
      firstRetry(options.firstRetry), cache(options.cacheBytes > 0 ? options.cacheBytes : defaultCache()) {
  if (!options.keptFolder.empty() && options.keptBytes > 0)
    kept = std::make_unique<KeptBlocks>(KeptFolder(options.keptFolder, options.keptBytes),
                                        [this] { later([this] { takeFindings(); }); });
  links[{}].link = std::make_unique<ServiceLink>(LinkOptions{.candidates = candidates(options.program)},
                                                 [this] { later([this] { takeEvents({}); }); });
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

void Client::compute(const std::string& what, const json& request, data::Priority priority, Ticket ticket,
                     std::function<void(Reply<json>)> done) {
  const std::string path = data::firstPath(request);
  d->request({.method = "compute",
              .path = path,
              .params = {{"path", path}, {"what", what}, {"request", request}},
              .priority = static_cast<int>(priority)},
             ticket, deliverTo(std::move(done)));
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

bool Client::isNear(const Key& key, const data::Slab& slab) const {
  if (!data::isRemote(key.path)) return true;
  const data::DatasetInfo* file = info(key.path);
  const data::FieldInfo* field = file ? file->field(key.field) : nullptr;
  const Key named{key.path, field ? field->name : key.field};
  if (d->cache.find(named, slab) || d->cache.findAround(named, slab)) return true;
  return field && d->kept && d->kept->has(d->keptName(named, slab), false);
}

std::uint64_t Client::revision(const std::string& path) const {
  const auto found = d->files.find(path);
  return found == d->files.end() ? 0 : found->second.revision;
}

std::uint64_t Client::generation(const std::string& path) const {
  const auto found = d->files.find(path);
  return found == d->files.end() ? 0 : found->second.generation;
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
