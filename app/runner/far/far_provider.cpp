#include "far/far_provider.h"

#include "data/address.h"
#include "data/error.h"
#include "data/plot/first_path.h"
#include "reach/service_on.h"

#include <QTimer>
#include <cstdio>
#include <cstring>
#include <optional>
#include <unistd.h>

namespace discern::runner {

namespace {

constexpr qint64 patience = 60'000; ///< milliseconds, for a host that was there

/// The reader's own sentence: what the service says begins with the path, which the exception adds again.
std::string withoutPath(const std::string& path, const std::string& message) {
  return message.starts_with(path + ": ") ? message.substr(path.size() + 2) : message;
}

std::unique_ptr<QCoreApplication> applicationIfNone() {
  static int count = 1;
  static char name[] = "discern-run";
  static char* words[] = {name, nullptr};
  return QCoreApplication::instance() ? nullptr : std::make_unique<QCoreApplication>(count, words);
}

channel::Client::Options options(bool keep) {
  const auto prompts = ::isatty(STDIN_FILENO) != 0 ? remote::Prompts::Terminal : remote::Prompts::None;
  return {.program = QStringLiteral("/proc/self/exe"),
          .keptFolder = keep ? channel::KeptFolder::usual() : std::string(),
          .connect = [prompts](const std::string& host, bool) { return reach::serviceOn(host, prompts); }};
}

class FarField final : public data::FieldSource {
public:
  FarField(FarProvider& provider, std::string path, data::FieldInfo info)
      : provider_(provider), path_(std::move(path)), info_(std::move(info)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    provider_.read({path_, info_.name}, slab, data::Priority::Visible, {}, [&](const auto& reply) {
      if (!reply.error.empty()) throw data::ReadError(path_, withoutPath(path_, reply.error));
      std::memcpy(out.data(), reply.value->bytes.get(), out.size());
    });
  }

private:
  FarProvider& provider_;
  std::string path_;
  data::FieldInfo info_;
};

} // namespace

FarProvider::FarProvider(bool keep) : application_(applicationIfNone()), client_(options(keep)) {
  QObject::connect(&client_, &channel::Client::hostChanged, &client_,
                   [this](const QString& host) { hostChanged(host.toStdString()); });
}

FarProvider::~FarProvider() = default;

void FarProvider::hostChanged(const std::string& host) {
  const channel::HostState state = client_.hostState(host);
  if (state.kind == channel::HostState::Kind::Reachable) {
    lost_.erase(host);
  } else if (state.kind == channel::HostState::Kind::Unreachable && !lost_.contains(host)) {
    lost_[host].start();
    std::fprintf(stderr, "discern-run: %s can't be reached (%s); trying again\n", host.c_str(), state.reason.c_str());
  }
}

std::string FarProvider::givenUp(const std::string& host) const {
  const channel::HostState state = client_.hostState(host);
  const auto lost = lost_.find(host);
  const bool tooLong = lost != lost_.end() && lost->second.elapsed() > patience;
  if (!tooLong && state.kind != channel::HostState::Kind::Refused) return {};
  return host + " can't be reached: " + state.reason;
}

/// `ask` is given what to call with the reply.
template <typename T, typename Ask>
void FarProvider::wait(const std::string& path, std::function<void(Reply<T>)> done, Ask&& ask) {
  const auto reply = std::make_shared<std::optional<Reply<T>>>(); // it may come when nobody waits any more
  ask([reply](Reply<T> came) { *reply = std::move(came); });
  const std::string host = data::hostOf(path);
  QTimer wake;
  wake.start(250);
  while (!*reply) {
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    if (*reply || host.empty()) continue;
    if (const std::string why = givenUp(host); !why.empty()) return done({{}, path + ": " + why});
  }
  done(std::move(**reply));
}

const data::DatasetInfo* FarProvider::info(const std::string& path) const { return client_.info(path); }

void FarProvider::open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) {
  wait<data::DatasetInfo>(path, std::move(done), [&](auto came) { client_.open(path, came); });
}

void FarProvider::read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
                       std::function<void(Reply<data::BlockPtr>)> done) {
  wait<data::BlockPtr>(key.path, std::move(done), [&](auto came) { client_.read(key, slab, priority, ticket, came); });
}

void FarProvider::series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
                         std::function<void(Reply<std::vector<double>>)> done) {
  wait<std::vector<double>>(key.path, std::move(done),
                            [&](auto came) { client_.series(key, voxel, component, ticket, came); });
}

void FarProvider::statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                             std::function<void(Reply<data::Statistics>)> done) {
  wait<data::Statistics>(key.path, std::move(done),
                         [&](auto came) { client_.statistics(key, time, component, ticket, came); });
}

void FarProvider::table(const std::string& path, const std::string& name,
                        std::function<void(Reply<data::Table>)> done) {
  wait<data::Table>(path, std::move(done), [&](auto came) { client_.table(path, name, came); });
}

void FarProvider::shape(const data::ShapeRequest& request, data::Priority priority, Ticket ticket,
                        std::function<void(Reply<data::ShapePtr>)> done) {
  wait<data::ShapePtr>(request.path, std::move(done),
                       [&](auto came) { client_.shape(request, priority, ticket, came); });
}

void FarProvider::probe(const data::ShapeRequest& request, const data::Vec3& world, Ticket ticket,
                        std::function<void(Reply<data::GridReading>)> done) {
  wait<data::GridReading>(request.path, std::move(done),
                          [&](auto came) { client_.probe(request, world, ticket, came); });
}

void FarProvider::rows(const data::RowsRequest& request, data::Priority priority, Ticket ticket,
                       std::function<void(Reply<data::TableRows>)> done) {
  wait<data::TableRows>(request.path, std::move(done),
                        [&](auto came) { client_.rows(request, priority, ticket, came); });
}

void FarProvider::column(const data::ColumnRequest& request, Ticket ticket,
                         std::function<void(Reply<data::ColumnSummary>)> done) {
  wait<data::ColumnSummary>(request.path, std::move(done), [&](auto came) { client_.column(request, ticket, came); });
}

void FarProvider::points(const data::PointsRequest& request, Ticket ticket,
                         std::function<void(Reply<data::Curve>)> done) {
  wait<data::Curve>(request.path, std::move(done), [&](auto came) { client_.points(request, ticket, came); });
}

void FarProvider::line(const data::LineRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) {
  wait<data::Curve>(request.path, std::move(done), [&](auto came) { client_.line(request, ticket, came); });
}

void FarProvider::sky(const Key& key, const data::Vec3& index, Ticket ticket,
                      std::function<void(Reply<data::SkyPosition>)> done) {
  wait<data::SkyPosition>(key.path, std::move(done), [&](auto came) { client_.sky(key, index, ticket, came); });
}

void FarProvider::compute(const std::string& what, const nlohmann::json& request, data::Priority priority,
                          Ticket ticket, std::function<void(Reply<nlohmann::json>)> done) {
  wait<nlohmann::json>(data::firstPath(request), std::move(done),
                       [&](auto came) { client_.compute(what, request, priority, ticket, came); });
}

std::shared_ptr<const data::FieldSource> farField(FarProvider& provider, const std::string& path,
                                                  const std::string& name) {
  data::DatasetInfo dataset;
  provider.open(path, [&](auto reply) {
    if (!reply.error.empty()) throw data::ReadError(path, withoutPath(path, reply.error));
    dataset = std::move(reply.value);
  });
  if (dataset.fields.empty()) throw data::ReadError(path, "there is no field in it to read");
  const data::FieldInfo* field = dataset.field(name);
  if (!field) throw data::UsageError(path + ": there is no field \"" + name + "\"");
  return std::make_shared<FarField>(provider, path, *field);
}

} // namespace discern::runner
