#pragma once
#include "channel/protocol/message.h"
#include "channel/server/server.h"
#include "geometry/grid_view.h"

#include <exception>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace discern::channel {

/// A dataset that is open, with the fields that were asked for.
class OpenFile {
public:
  OpenFile(std::shared_ptr<data::Dataset> dataset, std::string stamp, std::string identity);
  [[nodiscard]] const data::DatasetInfo& info() const { return dataset_->info(); }
  /// Device, inode, size and time of the file when it was opened; empty when there is no such file.
  [[nodiscard]] const std::string& stamp() const { return stamp_; }
  /// Of its content, as Server::Identity says; empty where values lie in other files too.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(const std::string& name);
  [[nodiscard]] data::Table table(const std::string& name);
  [[nodiscard]] const geometry::GridView& grids() const { return grids_; }

private:
  std::shared_ptr<data::Dataset> dataset_;
  geometry::GridView grids_;
  std::string stamp_, identity_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const data::FieldSource>> fields_;
};

/// The datasets that the service keeps open, by path. A file that changed is opened anew; a file is opened once however
/// many requests wait for it; the least recently used is closed when there are too many. Any thread may call.
class OpenFiles {
public:
  explicit OpenFiles(Server::Opener opener) : opener_(std::move(opener)) {}

  void setIdentity(Server::Identity identity) { identity_ = std::move(identity); }

  struct Result {
    std::shared_ptr<OpenFile> file;
    std::exception_ptr error;      ///< why it can't be opened
    std::vector<Request> released; ///< requests that waited for this thread to open the file; theirs is the same result
    bool parked = false;           ///< another thread is opening the file: it releases the request
  };
  /// Takes `request` when it parks it. `begin` is called before a file is opened here.
  [[nodiscard]] Result get(const std::string& path, Request& request, const std::function<void()>& begin);
  /// The file at `path`, for the thread that asks: opened by it where it isn't open, even if another thread is at it.
  /// Throws what the opener throws.
  [[nodiscard]] std::shared_ptr<OpenFile> now(const std::string& path);
  /// Drops a parked request.
  void cancel(std::int64_t id);
  void close(const std::string& path);

private:
  static constexpr std::size_t maxOpen_ = 64;
  struct Entry {
    std::string path;
    std::shared_ptr<OpenFile> file;
  };
  void erase(const std::string& path, std::vector<std::shared_ptr<OpenFile>>& dropped);

  Server::Opener opener_;
  Server::Identity identity_;
  std::mutex mutex_;
  std::list<Entry> entries_; ///< most recently used first
  std::map<std::string, std::list<Entry>::iterator> byPath_;
  std::map<std::string, std::vector<Request>> opening_; ///< path → who waits
};

} // namespace discern::channel
