#include "channel/server/open_files.h"

#include "data/error.h"

#include <algorithm>
#include <sys/stat.h>

namespace discern::channel {

namespace {

std::string stampOf(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino) + ':' + std::to_string(status.st_size) +
         ':' + std::to_string(status.st_mtim.tv_sec) + '.' + std::to_string(status.st_mtim.tv_nsec);
}

} // namespace

OpenFile::OpenFile(std::shared_ptr<data::Dataset> dataset, std::string stamp, std::string identity)
    : dataset_(std::move(dataset)), grids_(dataset_), stamp_(std::move(stamp)),
      identity_(dataset_->info().alone ? std::move(identity) : std::string()) {}

std::shared_ptr<const data::FieldSource> OpenFile::field(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& field = fields_[name];
  if (!field) {
    try {
      field = dataset_->field(name);
      if (!field) throw data::UsageError(info().path + ": there is no field \"" + name + "\"");
    } catch (...) {
      fields_.erase(name);
      throw;
    }
  }
  return field;
}

data::Table OpenFile::table(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return dataset_->table(name);
}

OpenFiles::Result OpenFiles::get(const std::string& path, Request& request, const std::function<void()>& begin) {
  Result result;
  const std::string stamp = stampOf(path);
  std::vector<std::shared_ptr<OpenFile>> dropped; // closed after the lock is gone: closing may take its time
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = byPath_.find(path); found != byPath_.end()) {
      if (found->second->file->stamp() == stamp) {
        entries_.splice(entries_.begin(), entries_, found->second);
        result.file = found->second->file;
        return result;
      }
      erase(path, dropped);
    }
    if (const auto found = opening_.find(path); found != opening_.end()) {
      found->second.push_back(std::move(request));
      result.parked = true;
      return result;
    }
    opening_[path];
  }
  dropped.clear();
  begin();
  try {
    std::string identity = identity_ ? identity_(path) : std::string();
    auto dataset = opener_(path);
    if (!dataset) throw data::ReadError(path, "it can't be opened");
    result.file = std::make_shared<OpenFile>(std::move(dataset), stamp, std::move(identity));
  } catch (...) {
    result.error = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  const auto waiting = opening_.find(path);
  result.released = std::move(waiting->second);
  opening_.erase(waiting);
  if (result.file) {
    entries_.push_front({path, result.file});
    byPath_[path] = entries_.begin();
    if (entries_.size() > maxOpen_) erase(std::string(entries_.back().path), dropped);
  }
  return result;
}

std::shared_ptr<OpenFile> OpenFiles::now(const std::string& path) {
  const std::string stamp = stampOf(path);
  {
    const std::lock_guard lock(mutex_);
    const auto found = byPath_.find(path);
    if (found != byPath_.end() && found->second->file->stamp() == stamp) return found->second->file;
  }
  std::string identity = identity_ ? identity_(path) : std::string();
  auto dataset = opener_(path);
  if (!dataset) throw data::ReadError(path, "it can't be opened");
  auto file = std::make_shared<OpenFile>(std::move(dataset), stamp, std::move(identity));
  std::vector<std::shared_ptr<OpenFile>> dropped;
  const std::lock_guard lock(mutex_);
  erase(path, dropped);
  entries_.push_front({path, file});
  byPath_[path] = entries_.begin();
  if (entries_.size() > maxOpen_) erase(std::string(entries_.back().path), dropped);
  return file;
}

void OpenFiles::cancel(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  for (auto& [path, waiting] : opening_)
    std::erase_if(waiting, [id](const Request& request) { return request.id == id; });
}

void OpenFiles::close(const std::string& path) {
  std::vector<std::shared_ptr<OpenFile>> dropped;
  const std::lock_guard lock(mutex_);
  erase(path, dropped);
}

void OpenFiles::erase(const std::string& path, std::vector<std::shared_ptr<OpenFile>>& dropped) {
  const auto found = byPath_.find(path);
  if (found == byPath_.end()) return;
  dropped.push_back(std::move(found->second->file));
  entries_.erase(found->second);
  byPath_.erase(found);
}

} // namespace discern::channel
