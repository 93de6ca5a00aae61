#pragma once
#include "data/table/table_view.h"

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace discern::channel {

/// The tables that the service keeps in memory, so that pages, sorting and plots need not read the file again. A table
/// is read once however many requests wait for it. Beyond `bytes`, the least recently used goes; the last one always
/// stays. Any thread may call.
class TableShelf {
public:
  explicit TableShelf(double bytes) : budget_(bytes) {}
  /// `key` names one table of one state of a file. `load` is called when it isn't there.
  [[nodiscard]] std::shared_ptr<const data::TableView> get(const std::string& key,
                                                           const std::function<data::Table()>& load);
  [[nodiscard]] std::size_t size() const; ///< tables held

private:
  struct Entry {
    std::string key;
    std::mutex reading; ///< held while the table is read
    std::shared_ptr<const data::TableView> view;
  };
  void trim();
  double budget_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<Entry>> entries_; ///< most recently used first
};

} // namespace discern::channel
