#pragma once
#include "channel/client/host_state.h"
#include "channel/client/kept/kept_folder.h"
#include "channel/client/refinement.h"
#include "channel/client/service_process.h"
#include "data/block.h"

#include <QObject>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>

namespace discern::channel {

/// The desktop's way to data: owns a `discern-run serve` process and speaks the protocol (analysis/channel/README.md)
/// with it over its standard input and output; payloads come in shared memory. All work (process start, pipe, mapping)
/// is done on a thread of its own; callbacks come on the thread that made the client. When the service dies it is
/// started again, the files are opened again, unanswered requests are asked again, and a request that killed the
/// service twice is answered with an error instead (for the next ten seconds, or until open() or forget(), so is any
/// other on that file). Blocks are kept in a least-recently-used cache of `cacheBytes`; a box inside a cached volume is
/// cut from it. Identical requests share one answer. A Ticket with an owner stands for one request, whatever its
/// method; without an owner nothing gets stale. Callbacks always come from the event loop, never before the call
/// returns, and none comes once the client is gone.
///
/// A path may be an address, `ssh://HOST/path` (data/address.h): then the service on that machine is asked, over
/// whatever command Options::connect names. Such a connection is made when it is first needed, and made again by itself
/// when it is lost; until then what is known and cached stays, and what was asked waits. Blocks from there are kept on
/// disk, too (kept/), for as long as the service there says that the file has the same content.
class Client final : public QObject, public data::FieldProvider {
  Q_OBJECT
public:
  using Connect = std::function<ServiceCommand(const std::string& host, bool asked)>;
  struct Options {
    QString program;            ///< path of discern-run; empty: beside this program, else in ../bin, else $DISCERN_RUN
    std::size_t cacheBytes = 0; ///< 0: a quarter of RAM, at most half of what shared memory there is
    /// Where blocks of files on other machines are kept for another time, at most `keptBytes` of them; empty: nowhere.
    std::string keptFolder{};
    std::int64_t keptBytes = KeptFolder::usualBytes;
    /// What starts `discern-run serve --pipe` on a host, its input and output being ours. Called before every try, on
    /// another thread, and may take its time; `asked`: a person waits, who may be asked for a password. Throws with
    /// half a sentence, ConnectionRefused where trying again by itself won't help. Absent: no other machine can be
    /// reached.
    Connect connect{};
    /// Of a connection to another machine, see LinkOptions.
    std::chrono::milliseconds silence{5000}, patience{10000}, firstRetry{1000};
  };
  explicit Client(Options options, QObject* parent = nullptr);
  ~Client() override;

  /// What open() brought. The pointer stays good for as long as the client lives, even when the file changes or is
  /// forgotten.
  [[nodiscard]] const data::DatasetInfo* info(const std::string& path) const override;
  void open(const std::string& path, std::function<void(Reply<data::DatasetInfo>)> done) override;
  void read(const Key& key, const data::Slab& slab, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::BlockPtr>)> done) override;
  void series(const Key& key, const data::Index3& voxel, int component, Ticket ticket,
              std::function<void(Reply<std::vector<double>>)> done) override;
  void statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                  std::function<void(Reply<data::Statistics>)> done) override;
  void table(const std::string& path, const std::string& name, std::function<void(Reply<data::Table>)> done) override;
  void shape(const data::ShapeRequest& request, data::Priority priority, Ticket ticket,
             std::function<void(Reply<data::ShapePtr>)> done) override;
  void probe(const data::ShapeRequest& request, const data::Vec3& world, Ticket ticket,
             std::function<void(Reply<data::GridReading>)> done) override;
  void rows(const data::RowsRequest& request, data::Priority priority, Ticket ticket,
            std::function<void(Reply<data::TableRows>)> done) override;
  void column(const data::ColumnRequest& request, Ticket ticket,
              std::function<void(Reply<data::ColumnSummary>)> done) override;
  void points(const data::PointsRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) override;
  void line(const data::LineRequest& request, Ticket ticket, std::function<void(Reply<data::Curve>)> done) override;
  void sky(const Key& key, const data::Vec3& index, Ticket ticket,
           std::function<void(Reply<data::SkyPosition>)> done) override;
  void compute(const std::string& what, const nlohmann::json& request, data::Priority priority, Ticket ticket,
               std::function<void(Reply<nlohmann::json>)> done) override;
  /// Any other method the service offers ("plugins": every manifest; "hash": content hash of a file).
  void call(const std::string& method, const nlohmann::json& params, std::function<void(Reply<nlohmann::json>)> done);
  /// As call(), of the service of another machine ("files": what is in a folder there).
  void callOn(const std::string& host, const std::string& method, const nlohmann::json& params,
              std::function<void(Reply<nlohmann::json>)> done, Ticket ticket = {});
  [[nodiscard]] HostState hostState(const std::string& host) const;
  [[nodiscard]] std::uint64_t received(const std::string& host) const; ///< bytes that came from it altogether
  [[nodiscard]] std::vector<std::string> hosts() const;                ///< other machines that were asked
  /// Tries at once to reach a machine that could not be reached.
  void reconnect(const std::string& host);
  /// Forgets what is known of a file, so that it is opened anew (a result that was written again).
  void forget(const std::string& path);
  /// Grows when the service has made coarser levels or exact statistics of the file.
  [[nodiscard]] std::uint64_t revision(const std::string& path) const override;
  /// Grows when the file was found changed or was forgotten.
  [[nodiscard]] std::uint64_t generation(const std::string& path) const override;
  /// On this machine, or in the cache, or kept on the disk.
  [[nodiscard]] bool isNear(const Key& key, const data::Slab& slab) const override;
  /// What the service works on by itself now. After a crash it begins again where it was.
  [[nodiscard]] std::vector<Refinement> refinements() const;
  /// Ends that work on a field, until the service is started anew.
  void stopRefining(const std::string& path, const std::string& field);
  /// Of the service of this machine, or of what connects to another. 0: not running.
  [[nodiscard]] qint64 servicePid(const std::string& host = {}) const;
  /// No callback whose Ticket.owner is `owner` is called any more.
  void forgetOwner(const void* owner);

Q_SIGNALS:
  void
  serviceRestarted(const QString& reason); ///< after a crash: "The data service ended (signal 9); reopened 2 files."
  void busyChanged(int pending);           ///< requests without an answer
  void hostChanged(const QString& host);   ///< hostState(host)
  /// The file at `path` is not what it was: what was cached is dropped, and info() has what is there now.
  void fileChanged(const QString& path);
  /// The service began to work by itself on something, came farther, or ended.
  void refining(const discern::channel::Refinement& refinement);
  /// revision() of the file grew.
  void refined(const QString& path);

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::channel
